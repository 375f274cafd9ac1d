// Bugs planted by hand. Each is one replacement in the compiled core, made in a copy of it, so
// that the product has no hooks for it.

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { CreateLoop } from './host.js';

export interface Mutant {
  readonly bug: string;
  /** A file of the compiled core, and the text in it that stands there exactly once. */
  readonly file: string;
  readonly text: string;
  readonly instead: string;
  /** The simulator has to find it within so many seeds, counted from 0. */
  readonly seedsMax: number;
}

export const MUTANTS: readonly Mutant[] = [
  {
    bug: 'a silent relay is withdrawn',
    file: 'domain/relay-claim.js',
    text: "standing: carried ? 'withdrawn' : 'fallback',",
    instead: "standing: 'withdrawn',",
    seedsMax: 10,
  },
  {
    bug: 'a rise does not wait for settle',
    file: 'domain/verdict.js',
    text: 'const settledAtMs = sinceMs + policy.settleMs;',
    instead: 'const settledAtMs = sinceMs;',
    seedsMax: 20,
  },
  {
    bug: 'a cause that all hosts share demotes the standby',
    file: 'domain/standby-claim.js',
    text: "return { standing: 'hold', reason: 'unprotected' };",
    instead: "return { standing: 'fallback', reason: 'unprotected' };",
    seedsMax: 20,
  },
  {
    bug: 'a failed declaration is not tried again',
    file: 'domain/convergence.js',
    text: 'return nowMs >= state.retryAtMs ? declare(state, desired) : still(state);',
    instead: 'return still(state);',
    seedsMax: 100,
  },
  {
    bug: 'an adopted route that nobody knows is withdrawn',
    file: 'domain/machine.js',
    text: "? rankFor(vip.role, 'serving')\n        : 'withdrawn';",
    instead: "? 'withdrawn'\n        : 'withdrawn';",
    seedsMax: 50,
  },
  {
    bug: 'a miss that fell into a stall of our own counts',
    file: 'domain/relay-evidence.js',
    text: 'return seen.lateMs > policy.ownLatenessMsMax',
    instead: 'return seen.lateMs > Infinity',
    seedsMax: 400,
  },
  {
    bug: 'earlier falls do not keep a rise back',
    file: 'domain/hold-off.js',
    text: 'return nowMs < untilMs ? untilMs : undefined;',
    instead: 'return undefined;',
    seedsMax: 100,
  },
  {
    bug: 'routes that an outsider took away stay away',
    file: 'domain/convergence.js',
    text: '!isInPlace(state.declared, speaker.held)',
    instead: 'false',
    seedsMax: 50,
  },
  {
    bug: 'dead media demotes nothing',
    file: 'domain/canary.js',
    text: 'deadSinceMs: sinceMiss(evidence.deadSinceMs, missesMax),',
    instead: 'deadSinceMs: sinceMiss(evidence.deadSinceMs, Infinity),',
    seedsMax: 50,
  },
  {
    bug: 'beats that waited for a link make a standby unready',
    file: 'domain/standby-claim.js',
    text: 'sinceLinkMs > policy.replicaLagMsMax',
    instead: 'true',
    seedsMax: 100,
  },
  {
    bug: 'one bad look in front of a stall makes a standby unready',
    file: 'domain/standby-claim.js',
    text: "standing: lookedAtMs >= atMs ? 'fallback' : 'hold'",
    instead: "standing: 'fallback'",
    seedsMax: 100,
  },
  {
    bug: 'a home lets go for a word that nobody asked for',
    file: 'domain/peers.js',
    text: 'madeAfterMs >= sinceMs &&',
    instead: 'true &&',
    seedsMax: 50,
  },
  {
    bug: 'a home is demoted however little room its account has',
    file: 'domain/one-step-fall.js',
    text: '!policy.hearsPeers ||',
    instead: 'true ||',
    seedsMax: 200,
  },
  {
    bug: 'a beat that stopped is not noticed by a standby',
    file: 'domain/standby-claim.js',
    text: 'if (lateSinceMs === undefined ||',
    instead: 'if (true ||',
    seedsMax: 50,
  },
];

const BUILD = fileURLToPath(new URL('../../', import.meta.url));

/** Gives the work a core with this bug in it. */
export async function withMutant<T>(
  mutant: Mutant,
  work: (createLoop: CreateLoop) => Promise<T>,
): Promise<T> {
  const copy = await mkdtemp(join(tmpdir(), 'hl-mutant-'));
  try {
    await cp(join(BUILD, 'src'), join(copy, 'src'), { recursive: true });
    await writeFile(join(copy, 'package.json'), '{ "type": "module" }');
    await symlink(join(BUILD, '../node_modules'), join(copy, 'node_modules'));
    await plant(join(copy, 'src', mutant.file), mutant);
    const url = pathToFileURL(join(copy, 'src/runtime/loop.js')).href;
    const { Loop } = (await import(url)) as typeof import('../../src/runtime/loop.js');
    return await work((parts, operator, memory) => new Loop(parts, operator, memory));
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function plant(path: string, { bug, text, instead }: Mutant): Promise<void> {
  const source = await readFile(path, 'utf8');
  if (source.split(text).length !== 2) {
    throw new Error(`cannot plant "${bug}": its text does not stand in ${path} exactly once`);
  }
  await writeFile(
    path,
    source.replace(text, () => instead),
  );
}
