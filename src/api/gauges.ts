// Every metric: its name, its help text, and its samples from the status.

import { BGP } from './bgp-gauges.js';
import { DANGERS } from './danger-gauge.js';
import { CAPACITY } from './capacity-gauges.js';
import { flag, known, oneOf, seconds, type GaugeDefinition } from './gauge.js';
import { PARITY } from './parity-gauges.js';
import { PEERS } from './peer-gauges.js';
import { VIPS } from './vip-gauges.js';

const VERDICTS = ['serving', 'ready', 'degraded', 'down', 'starting'] as const;
const GUARD_STATES = ['guarded', 'gone', 'none'] as const;
const CANARY_STATES = ['unknown', 'heard', 'missed', 'absent'] as const;
const RELAY_STATES = ['unknown', 'alive', 'silent', 'dead'] as const;
const CONDITIONS = ['vip-missing', 'asked', 'pings-slow', 'pings-lost'] as const;
const BYTES_PER_MB = 1_000_000;

const HOST: readonly GaugeDefinition[] = [
  {
    name: 'holdline_info',
    help: 'Always 1; the labels say which Holdline runs here.',
    labels: ['node', 'version'],
    samples: ({ node, version }) => [{ labels: { node, version }, value: 1 }],
  },
  {
    name: 'holdline_verdict',
    help: 'The word for the whole host: 1 for the one that holds, 0 for the others.',
    labels: ['verdict'],
    samples: ({ verdict }) => oneOf('verdict', VERDICTS, verdict),
  },
  {
    name: 'holdline_reason',
    help: 'Always 1; the label is the reason code of the verdict.',
    labels: ['reason'],
    samples: ({ reason }) => [{ labels: { reason }, value: 1 }],
  },
  {
    name: 'holdline_operator_drained',
    help: '1 while a person has drained this host.',
    samples: ({ operator }) => flag(operator.drained),
  },
  {
    name: 'holdline_operator_frozen',
    help: '1 while a person has frozen this host.',
    samples: ({ operator }) => flag(operator.frozen),
  },
  {
    name: 'holdline_operator_degraded',
    help: '1 while somebody has called this relay degraded.',
    samples: ({ operator }) => flag(operator.degraded),
  },
  {
    name: 'holdline_calls_at_risk',
    help: "The home's own calls that would not go on if they moved now; none when not known.",
    samples: ({ atRisk }) => (atRisk.calls === null ? [] : [{ value: atRisk.calls }]),
  },
];

const RELAY: readonly GaugeDefinition[] = [
  {
    name: 'holdline_relay_state',
    help: 'What is known of the relay: 1 for the state that holds, 0 for the others.',
    labels: ['state'],
    samples: ({ relay }) => oneOf('state', RELAY_STATES, relay.state),
  },
  {
    name: 'holdline_relay_ping_seconds',
    help: 'Round trip of the last answered ping.',
    samples: ({ relay }) => seconds(relay.pingMs),
  },
  {
    name: 'holdline_relay_missed_pings',
    help: 'Pings in a row that were not answered.',
    samples: ({ relay }) => [{ value: relay.missesInARow }],
  },
  {
    name: 'holdline_relay_degraded',
    help: 'What degrades the relay although it answers: 1 for what holds, 0 for the others.',
    labels: ['condition'],
    samples: ({ relay: { degradedBy } }) =>
      CONDITIONS.map((condition) => ({
        labels: { condition },
        value: Number(degradedBy.some((each) => each.condition === condition)),
      })),
  },
  DANGERS,
  {
    name: 'holdline_relay_sessions',
    help: 'Sessions of the relay: set up here (own), taken from peers (foreign).',
    labels: ['kind'],
    samples: ({ relay: { sessions } }) =>
      sessions === null
        ? []
        : [
            { labels: { kind: 'own' }, value: sessions.own },
            { labels: { kind: 'foreign' }, value: sessions.foreign },
          ],
  },
];

const CANARY: readonly GaugeDefinition[] = [
  {
    name: 'holdline_canary_state',
    help: 'The canary call of this home: 1 for the state that holds, 0 for the others.',
    labels: ['state'],
    samples: ({ relay: { canary } }) =>
      canary === null ? [] : oneOf('state', CANARY_STATES, canary.state),
  },
  {
    name: 'holdline_canary_round_trip_seconds',
    help: 'Time that the last packet of the canary call took through the relay.',
    samples: ({ relay: { canary } }) => seconds(canary?.roundTripMs ?? null),
  },
  {
    name: 'holdline_canary_missed_packets',
    help: 'Packets of the canary call in a row that did not come out of the relay.',
    samples: ({ relay: { canary } }) => (canary === null ? [] : [{ value: canary.missesInARow }]),
  },
  {
    name: 'holdline_foreign_canary_held',
    help: 'Standby: 1 when the local relay holds the canary call of this home.',
    labels: ['of'],
    samples: ({ relay: { foreignCanaries } }) =>
      foreignCanaries.flatMap(({ of, held }) =>
        held === null ? [] : [{ labels: { of }, value: Number(held) }],
      ),
  },
];

const REDIS: readonly GaugeDefinition[] = [
  {
    name: 'holdline_redis_primary_reachable',
    help: '1 when the Redis primary answers.',
    samples: ({ redis }) =>
      redis === null || redis.primary === 'unknown' ? [] : flag(redis.primary === 'reachable'),
  },
  {
    name: 'holdline_redis_replica_link_up',
    help: '1 when the local replica is connected to its primary.',
    samples: ({ redis }) =>
      redis === null || redis.replica === 'unknown' ? [] : flag(redis.replica === 'up'),
  },
  {
    name: 'holdline_redis_lag_seconds',
    help: 'How long the local replica has been behind.',
    samples: ({ redis }) => seconds(redis?.lagMs ?? null),
  },
  {
    name: 'holdline_redis_lag_bytes',
    help: 'Replication offset of the primary less that of the local replica.',
    samples: ({ redis }) => known(redis?.offsetLagBytes ?? null),
  },
  {
    name: 'holdline_redis_database_keys',
    help: 'Keys in each relay database on the local replica.',
    labels: ['database'],
    samples: ({ redis }) =>
      Object.entries(redis?.databaseSizes ?? {}).map(([database, value]) => ({
        labels: { database },
        value,
      })),
  },
];

const LAST_MOVE: readonly GaugeDefinition[] = [
  {
    name: 'holdline_last_move_timestamp_seconds',
    help: 'When the rank of a VIP was last changed; the label is the reason code.',
    labels: ['cause'],
    samples: ({ lastFailover }) =>
      lastFailover === null
        ? []
        : [{ labels: { cause: lastFailover.cause }, value: Date.parse(lastFailover.at) / 1000 }],
  },
  {
    name: 'holdline_last_move_at_risk_before',
    help: 'Calls that were said to be at risk right before the last change; none when not known.',
    samples: ({ lastFailover }) => known(lastFailover?.atRiskBefore.calls ?? null),
  },
  {
    name: 'holdline_last_move_stage_seconds',
    help: 'Stages of the last change, each after the first sign of its cause.',
    labels: ['stage'],
    samples: ({ lastFailover }) =>
      Object.entries(lastFailover?.stagesMs ?? {}).flatMap(([stage, ms]) =>
        seconds(ms).map(({ value }) => ({ labels: { stage }, value })),
      ),
  },
];

const SELF: readonly GaugeDefinition[] = [
  {
    name: 'holdline_loop_delay_seconds',
    help: "By how much Holdline's own event loop was late.",
    samples: ({ self }) => seconds(self.loopDelayMs),
  },
  {
    name: 'holdline_cpu_ratio',
    help: 'Share of one core that Holdline uses.',
    samples: ({ self }) => [{ value: self.cpuPct / 100 }],
  },
  {
    name: 'holdline_resident_memory_bytes',
    help: 'Resident memory of Holdline.',
    samples: ({ self }) => [{ value: self.rssMb * BYTES_PER_MB }],
  },
  {
    name: 'holdline_up_seconds',
    help: 'Time since this sidecar started.',
    samples: ({ self }) => [{ value: self.upSeconds }],
  },
  {
    name: 'holdline_guard',
    help: 'Who watches this sidecar: 1 for what holds, 0 for the others.',
    labels: ['state'],
    samples: ({ self }) => oneOf('state', GUARD_STATES, self.guard),
  },
  {
    name: 'holdline_worker_restarts',
    help: 'How often the guard has started the worker again.',
    samples: ({ self }) => [{ value: self.workerRestarts }],
  },
];

export const GAUGES: readonly GaugeDefinition[] = [
  ...HOST,
  ...VIPS,
  ...RELAY,
  ...CANARY,
  ...REDIS,
  ...PARITY,
  ...PEERS,
  ...CAPACITY,
  ...BGP,
  ...LAST_MOVE,
  ...SELF,
];
