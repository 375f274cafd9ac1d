import { oneOf, seconds, type GaugeDefinition } from './gauge.js';

const CANARY_STATES = ['unknown', 'heard', 'missed', 'absent'] as const;

export const CANARY: readonly GaugeDefinition[] = [
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
