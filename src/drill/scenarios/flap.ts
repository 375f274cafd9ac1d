// A relay that dies again and again.

import { readFile, writeFile } from 'node:fs/promises';

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { BIRD_SOCKET, sidecarOn } from '../lab/programs.js';
import { untilReady } from '../lab/readiness.js';
import { dampingOf, readUpdates } from '../measure/damping.js';

import { signalProgram } from './relay.js';
import type { Scenario } from './scenario.js';

const LASTS_MS = 30_000;
const CRASH_EVERY_MS = 5_000;
/** As long as a service manager waits before it starts a program again. */
const RESTART_AFTER_MS = 500;

/** The lab's file forgets falls after two seconds; here it is the defaults that are tried. */
const OWN_FILE = '/run/holdline/flap.yaml';
const FAILBACK = 'failback: { mode: auto, settle: 10s, max-hold: 30m }';

/** A handful: the fall, and a return with the next fall behind it. */
const CHANGES_MAX = 5;

export const relayFlap: Scenario = {
  name: 'relay-flap',
  summary:
    'the relay program on relay-a dies every five seconds; a handful of updates, no damping earned',
  prepare: async (lab, signal) => {
    const shipped = await lab.relays['relay-a'].sidecarText();
    const text = shipped.replace(/^failback: .*$/m, FAILBACK);
    await writeFile(lab.hosts['relay-a'].path(OWN_FILE), text);
    await restartSidecar(lab, OWN_FILE, signal);
    await untilReady(lab, signal);
    await traceRoutes(lab, '{ routes }', signal);
  },
  deed: 'the relay program on relay-a is killed (SIGKILL), and again every five seconds',
  strike: (lab) => signalProgram(lab, 'relay', 'SIGKILL'),
  follow: async (lab, signal) => {
    const startedAtMs = nowMs();
    await crashAgainAndAgain(lab, startedAtMs + (lab.lastsMs ?? LASTS_MS), signal);
    const log = await readFile(lab.routerLog, 'utf8');
    const updates = readUpdates(log, startedAtMs - CRASH_EVERY_MS);
    return { damping: dampingOf(updates, 'relay_a') };
  },
  recover: async (lab, signal) => {
    await traceRoutes(lab, 'off', signal);
    lab.relays['relay-a'].startIfEnded('relay');
    await restartSidecar(lab, lab.relays['relay-a'].sidecarFile, signal);
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  limits: { firstPacketMs: 30, lost: 1, changes: CHANGES_MAX },
};

async function crashAgainAndAgain(lab: Lab, untilMs: number, signal: AbortSignal): Promise<void> {
  const relay = lab.relays['relay-a'];
  while (nowMs() < untilMs) {
    await relay.program('relay').ended;
    await sleep(RESTART_AFTER_MS, signal);
    relay.start('relay');
    await sleep(CRASH_EVERY_MS - RESTART_AFTER_MS, signal);
    signalProgram(lab, 'relay', 'SIGKILL');
  }
}

/** With its routes left as they are: the next one adopts them. */
async function restartSidecar(lab: Lab, file: string, signal: AbortSignal): Promise<void> {
  const relay = lab.relays['relay-a'];
  await relay.program('holdline').stop('SIGTERM', signal);
  relay.start('holdline', sidecarOn(file));
}

async function traceRoutes(
  lab: Lab,
  what: '{ routes }' | 'off',
  signal: AbortSignal,
): Promise<void> {
  for (const session of ['relay_a', 'relay_b']) {
    const command = ['birdc', '-s', BIRD_SOCKET, 'debug', session, ...what.split(' ')];
    await lab.hosts.router.run(command, signal);
  }
}
