import { oneOf, seconds, type GaugeDefinition } from './gauge.js';

const RELAY_STATES = ['unknown', 'alive', 'silent', 'dead'] as const;
const CONDITIONS = ['vip-missing', 'asked', 'pings-slow', 'pings-lost'] as const;

export const RELAY: readonly GaugeDefinition[] = [
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
  {
    name: 'holdline_relay_dangerous_settings',
    help: 'Settings of the relay, or of the replica that it listens to, that make a failure worse; no sample while neither tells.',
    samples: ({ relay: { dangers } }) => (dangers === null ? [] : [{ value: dangers.length }]),
  },
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
