// The core router as the speaker's neighbour: a real BIRD that writes down, with microseconds, every
// UPDATE that reaches it and every path that it gains or loses.

import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { NetworkHost } from './namespace-pair.js';
import { stopProcess } from './namespace-pair.js';
import { ADDRESSES, ROUTER_AS, SPEAKER_AS } from './speaker-bench.js';
import { until } from './until.js';

const NOTES_MAX = 10_000;
const ESTABLISH_MS_MAX = 30_000;

/** What the router noted; `atMs` is its own wall clock, which is the test's wall clock. */
export interface RouterNote {
  readonly atMs: number;
  readonly kind: 'update-received' | 'path-set' | 'path-lost' | 'established' | 'session-lost';
  /** Empty for the notes that are about the session. */
  readonly prefix: string;
}

export interface RouterRoute {
  readonly asPath: readonly number[];
  readonly communities: readonly string[];
  readonly med: number | undefined;
  readonly localPref: number | undefined;
}

export class ReceivingRouter {
  readonly address = ADDRESSES.router.ipv4;
  readonly notes: RouterNote[] = [];
  readonly #host: NetworkHost;
  readonly #directory: string;
  readonly #localAs: number;
  #process: ChildProcess | undefined;
  #established = false;

  constructor(host: NetworkHost, directory: string, localAs: number = ROUTER_AS) {
    this.#host = host;
    this.#directory = directory;
    this.#localAs = localAs;
  }

  async start(): Promise<void> {
    const config = join(this.#directory, 'router.conf');
    await writeFile(config, configFor(this.#localAs));
    this.#process = this.#host.spawn('bird', ['-f', '-c', config, '-s', this.#socketPath]);
    const { stderr } = this.#process;
    if (stderr !== null) {
      createInterface({ input: stderr }).on('line', (line) => this.#note(line));
    }
    await until('the router answers', () => this.#ask('show status'));
  }

  async stop(): Promise<void> {
    this.#established = false;
    if (this.#process !== undefined) {
      await stopProcess(this.#process);
    }
  }

  /** Waits for the session; keeps asking, since an idle BIRD may sleep over its first UPDATE. */
  async untilEstablished(): Promise<void> {
    const established = (): boolean => this.#established;
    await until('the router has a session with the speaker', established, ESTABLISH_MS_MAX);
  }

  get established(): boolean {
    return this.#established;
  }

  /** The path that the router forwards by, or undefined when it has none. */
  async route(prefix: string): Promise<RouterRoute | undefined> {
    const reply = await this.#ask(`show route for ${prefix} all`).catch((error: unknown) => {
      if (String(error).includes('not found')) {
        return '';
      }
      throw error;
    });
    return reply.includes(prefix) ? readRoute(reply) : undefined;
  }

  /** The length of the path's AS path, 0 when the router has no path. */
  async untilPathLength(prefix: string, length: number): Promise<RouterRoute | undefined> {
    let route: RouterRoute | undefined;
    let seen = -1;
    const name = `the router has an AS path of length ${length} for ${prefix}`;
    await until(name, async () => {
      route = await this.route(prefix);
      seen = route?.asPath.length ?? 0;
      return seen === length;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; its length is ${seen}`);
    });
    return route;
  }

  /** A place in the notes, to be handed to `notesSince`. */
  mark(): number {
    return this.notes.length;
  }

  notesSince(mark: number): readonly RouterNote[] {
    return this.notes.slice(mark);
  }

  get #socketPath(): string {
    return join(this.#directory, 'router.ctl');
  }

  async #ask(command: string): Promise<string> {
    return await this.#host.run('birdc', '-s', this.#socketPath, ...command.split(' '));
  }

  #note(line: string): void {
    const note = readNote(line);
    if (note === undefined) {
      return;
    }
    if (note.kind === 'established' || note.kind === 'session-lost') {
      this.#established = note.kind === 'established';
    }
    this.notes.push(note);
    if (this.notes.length > NOTES_MAX) {
      throw new Error(`the router noted more than ${NOTES_MAX} things`);
    }
  }
}

function configFor(localAs: number): string {
  return `
log stderr { trace, debug, info, warning, error, fatal, bug, remote, auth };
timeformat log "%s.%6f";
router id ${ADDRESSES.router.ipv4};
protocol device { }
protocol bfd { interface "*" { interval 50 ms; multiplier 3; }; }
protocol bgp speaker {
  local ${ADDRESSES.router.ipv4} as ${localAs};
  neighbor ${ADDRESSES.speaker.ipv4} as ${SPEAKER_AS};
  debug { routes, events, states, packets };
  connect delay time 1; connect retry time 1; error wait time 1, 1; error forget time 1;
  graceful restart off; long lived graceful restart off;
  bfd { passive; };
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}
`;
}

const NOTE = /^(\d+\.\d+) <\w+> speaker(?:\.ipv[46])?:? (.*)$/;

const NOTE_KINDS: readonly (readonly [RegExp, RouterNote['kind']])[] = [
  [/^Got UPDATE/, 'update-received'],
  [/^> removed/, 'path-lost'],
  [/^> /, 'path-set'],
  [/^BGP session established/, 'established'],
  [/^(BGP session closed|State changed to (stop|start|down))/, 'session-lost'],
];

function readNote(line: string): RouterNote | undefined {
  const [, seconds = '', text = ''] = NOTE.exec(line) ?? [];
  const kind = NOTE_KINDS.find(([pattern]) => pattern.test(text))?.[1];
  const prefix = /(\S+\/\d+)/.exec(text)?.[1] ?? '';
  return kind === undefined ? undefined : { atMs: Number(seconds) * 1000, kind, prefix };
}

function readRoute(reply: string): RouterRoute {
  const path = /BGP\.as_path:([\d ]*)/.exec(reply)?.[1] ?? '';
  const communities = /BGP\.community:(.*)/.exec(reply)?.[1] ?? '';
  return {
    asPath: path
      .split(' ')
      .filter((each) => each !== '')
      .map(Number),
    communities: [...communities.matchAll(/\((\d+),(\d+)\)/g)].map(
      ([, high = '', low = '']) => `${high}:${low}`,
    ),
    med: readNumber(/BGP\.med: (\d+)/.exec(reply)?.[1]),
    localPref: readNumber(/BGP\.local_pref: (\d+)/.exec(reply)?.[1]),
  };
}

function readNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
