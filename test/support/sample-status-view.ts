import type { StatusView, VipView } from '../../src/ports/status-view.js';

/** A pair's relay-a on a good day: home of `a`, ready standby of `b`. */
export function sampleView(changes: Partial<StatusView> = {}): StatusView {
  return {
    node: 'relay-a',
    version: '0.1.0',
    now: '2026-11-22T12:00:00.000Z',
    verdict: 'serving',
    reason: 'serving',
    since: '2026-11-22T08:48:00.000Z',
    vips: [
      sampleVip(),
      sampleVip({
        name: 'b',
        prefixes: ['10.99.0.2/32'],
        role: 'standby',
        rank: 1,
        rankName: 'standby-ready',
        reason: 'standby-ready',
        announced: [],
      }),
    ],
    relay: {
      kind: 'rtpengine',
      state: 'alive',
      pingMs: 0.31,
      missesInARow: 0,
      degradedBy: [],
      sessions: { own: 1200, foreign: 1801, total: 3001 },
      canary: {
        state: 'heard',
        since: '2026-11-22T08:48:00.000Z',
        roundTripMs: 0.2,
        missesInARow: 0,
        detail: null,
      },
      foreignCanaries: [{ of: 'relay-b', held: true }],
      dangers: [],
    },
    redis: {
      primary: 'reachable',
      replica: 'up',
      beat: 'seen',
      lagMs: 2,
      offsetLagBytes: 0,
      servers: null,
      databaseSizes: { 1: 1200, 2: 1801 },
      parity: sampleParity(),
    },
    bgp: {
      driver: 'bird',
      state: 'up',
      sessions: [{ neighbour: '10.0.1.1', state: 'established', bfd: 'up' }],
      escalation: null,
      disabledNeighbours: [],
    },
    atRisk: { calls: 0, of: 1200, because: null },
    peers: [
      {
        node: 'relay-b',
        state: 'heard',
        heardAt: '2026-11-22T11:59:59.600Z',
        says: {
          version: '0.1.0',
          relay: 'alive',
          vips: [
            { name: 'a', rank: 1 },
            { name: 'b', rank: 0 },
          ],
          sessions: { own: 1801, foreign: 1200 },
          lagMs: 0.6,
          drained: false,
          frozen: false,
          capacity: 18_000,
        },
      },
    ],
    capacity: {
      own: {
        node: 'relay-a',
        capacity: 18_000,
        ifAllCame: 3_001,
        overloaded: false,
        because: null,
      },
      standbys: [
        {
          node: 'relay-b',
          capacity: 18_000,
          ifAllCame: 3_001,
          overloaded: false,
          because: null,
        },
      ],
    },
    operator: {
      drained: false,
      frozen: false,
      degraded: false,
      by: null,
      why: null,
      at: null,
      until: null,
    },
    self: {
      loopDelayMs: 0.4,
      cpuPct: 1.2,
      rssMb: 71.6,
      upSeconds: 11_520,
      guard: 'guarded',
      workerRestarts: 0,
    },
    lastFailover: null,
    lastTakeover: null,
    ...changes,
  };
}

export function sampleParity(missing = 0): NonNullable<StatusView['redis']>['parity'] {
  const common = { extra: 0, at: '2026-11-22T11:59:48.000Z', repair: null };
  const home = { vip: 'a', side: 'home', database: 1, expected: 1200, held: 1200 } as const;
  const standby = { vip: 'b', side: 'standby', database: 2, expected: 1801 } as const;
  const samples = missing === 0 ? [] : ['3c26700857b8@10.0.0.9'];
  return {
    expected: 3001,
    held: 3001 - missing,
    missing,
    extra: 0,
    vips: [
      { ...home, missing: 0, samples: [], ...common },
      { ...standby, held: 1801 - missing, missing, samples, ...common },
    ],
  };
}

export function sampleVip(changes: Partial<VipView> = {}): VipView {
  return {
    name: 'a',
    prefixes: ['10.99.0.1/32', '2001:db8:99::1/128'],
    role: 'home',
    rank: 0,
    rankName: 'home',
    reason: 'serving',
    since: '2026-11-22T08:48:00.000Z',
    risesAt: null,
    announced: [
      {
        prefix: '10.99.0.1/32',
        neighbour: '10.0.1.1',
        asPath: [65101],
        communities: [],
        med: undefined,
      },
    ],
    verified: true,
    bestElsewhere: { node: 'relay-b', rank: 1 },
    ...changes,
  };
}
