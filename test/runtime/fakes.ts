// Hand-written stand-ins for the ports. They fail on misuse and remember what was asked of them.

import type { Config } from '../../src/config/config.js';
import type { OperatorState } from '../../src/domain/evidence.js';
import { NOTHING_REMEMBERED, type Memory } from '../../src/domain/memory.js';
import type { Advertisement, DesiredRoute } from '../../src/domain/route.js';
import type { BgpSpeaker, SpeakerReport } from '../../src/ports/bgp-speaker.js';
import type { Log } from '../../src/ports/log.js';
import type { OperatorRecord } from '../../src/ports/operator-record.js';
import type { PeerExchange, ToldHost } from '../../src/ports/peer-exchange.js';
import { HOME, ROUTER, STANDBY, UNDRAINED } from '../domain/story.js';

export const CONFIG: Config = {
  node: 'relay-a',
  budgetMs: 1_000,
  relay: {
    kind: 'rtpengine',
    ng: { host: '127.0.0.1', port: 2223 },
    url: undefined,
    tcp: undefined,
    command: undefined,
    holdOpen: { host: '127.0.0.1', port: 9900 },
    cli: { host: '127.0.0.1', port: 9900 },
    pidFile: undefined,
    ping: { intervalMs: 50, deadlineMs: 50, misses: 4 },
    canary: { enabled: true, intervalMs: 50 },
    degraded: { pingMs: undefined, errorShare: undefined, forMs: 2_000, vipMissing: true },
    degradedFile: undefined,
  },
  vips: [HOME, STANDBY],
  redis: {
    primary: { host: '10.0.3.2', port: 6379, username: undefined, password: undefined },
    replica: { host: '127.0.0.1', port: 6379, username: undefined, password: undefined },
    database: 15,
    maxLagMs: 500,
    parityIntervalMs: 30_000,
    repair: 'on',
  },
  bgp: {
    driver: 'dry-run',
    bird: undefined,
    gobgp: undefined,
    nextHop: { ipv4: undefined, ipv6: undefined },
    rankBy: 'as-path',
    localAs: 65101,
    routerId: undefined,
    neighbours: [{ address: '10.0.1.1', as: 65000, bfd: undefined }],
    escalate: ['retry'],
    stopCommand: undefined,
  },
  failback: { mode: 'auto', settleMs: 10_000, maxHoldMs: 1_800_000 },
  status: { listen: { host: '127.0.0.1', port: 9477 } },
  control: { socketPath: '/run/holdline/control.sock' },
  state: { path: '/var/lib/holdline/operator.json' },
  journal: undefined,
  log: { level: 'info' },
  onStop: 'hold',
  onDeath: 'hold',
};

/** A daemon that does as it is told; `refuse` makes it answer with an error instead. */
export class FakeSpeaker implements BgpSpeaker {
  readonly driver = 'dry-run';
  readonly declared: (readonly DesiredRoute[])[] = [];
  readonly disabled: string[] = [];
  readonly enabled: string[] = [];
  refuse: Error | undefined;
  deaf = false;
  /** The neighbours are sent what was there before, for as long as their sessions are up. */
  stubborn = false;
  hangs = false;
  closed = false;
  #held: readonly DesiredRoute[] = [];
  #listener: ((report: SpeakerReport) => void) | undefined;

  async watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void> {
    this.#listener = listener;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  async declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.declared.push(desired);
    if (this.refuse !== undefined) {
      throw this.refuse;
    }
    await Promise.resolve();
  }

  readBack(): Promise<readonly Advertisement[]> {
    const told = this.deaf ? [] : (this.declared.at(-1) ?? this.#held);
    const routes = this.stubborn && this.disabled.length === 0 ? this.#held : told;
    return Promise.resolve(
      routes.flatMap(({ prefix, rank }) =>
        rank === 'withdrawn'
          ? []
          : [{ neighbour: ROUTER.neighbour, prefix, rank, asPath: [], communities: [], med: 7 }],
      ),
    );
  }

  disableNeighbours(neighbours: readonly string[]): Promise<readonly string[]> {
    this.disabled.push(...neighbours);
    if (this.hangs) {
      return new Promise(() => undefined);
    }
    return this.refuse === undefined ? Promise.resolve(neighbours) : Promise.reject(this.refuse);
  }

  enableNeighbours(neighbours: readonly string[]): Promise<void> {
    this.enabled.push(...neighbours);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  report(report: SpeakerReport): void {
    if (this.#listener === undefined) {
      throw new Error('nobody watches');
    }
    if (report.daemon === 'up') {
      this.#held = report.held.flatMap(({ prefix, ranks }) =>
        ranks.map((rank) => ({ vip: '', prefix, rank })),
      );
    }
    this.#listener(report);
  }
}

export class FakeLog implements Log {
  readonly lines: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  info = (fields: object, message: string): void => this.#add('info', fields, message);
  warn = (fields: object, message: string): void => this.#add('warn', fields, message);
  error = (fields: object, message: string): void => this.#add('error', fields, message);

  events(): readonly unknown[] {
    return this.lines.map((line) => line.fields['event']);
  }

  find(event: string): Record<string, unknown> | undefined {
    return this.lines.find((line) => line.fields['event'] === event)?.fields;
  }

  #add(level: string, fields: object, message: string): void {
    this.lines.push({ level, fields: { ...fields }, message });
  }
}

export class FakeRecord implements OperatorRecord {
  saved: OperatorState = UNDRAINED;
  remembered: Memory = NOTHING_REMEMBERED;
  refuse: Error | undefined;

  load(): Promise<OperatorState> {
    return Promise.resolve(this.saved);
  }

  recall(): Promise<Memory> {
    return Promise.resolve(this.remembered);
  }

  remember(memory: Memory): Promise<void> {
    this.remembered = memory;
    return Promise.resolve();
  }

  save(state: OperatorState): Promise<void> {
    if (this.refuse !== undefined) {
      return Promise.reject(this.refuse);
    }
    this.saved = state;
    return Promise.resolve();
  }
}

/** Peers that say what the test has them say. */
export class FakeExchange implements PeerExchange {
  asked = 0;
  #host: ToldHost | undefined;
  #listener: Parameters<PeerExchange['watch']>[1] | undefined;

  async watch(
    host: ToldHost,
    listener: Parameters<PeerExchange['watch']>[1],
    signal: AbortSignal,
  ): Promise<void> {
    this.#host = host;
    this.#listener = listener;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  ask(): void {
    this.asked += 1;
  }

  get host(): ToldHost {
    if (this.#host === undefined) {
      throw new Error('nobody watches the peers');
    }
    return this.#host;
  }

  tell(...args: Parameters<Parameters<PeerExchange['watch']>[1]>): void {
    if (this.#listener === undefined) {
      throw new Error('nobody watches the peers');
    }
    this.#listener(...args);
  }
}
