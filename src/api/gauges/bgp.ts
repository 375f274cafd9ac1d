// The daemon, its sessions, and what is done when it does not do as it is told.

import { oneOf, type GaugeDefinition } from './gauge.js';

const ESCALATION_STAGES = ['none', 'retry', 'disable-neighbour', 'stop-command'] as const;

export const BGP: readonly GaugeDefinition[] = [
  {
    name: 'holdline_bgp_daemon_up',
    help: '1 when the BGP daemon answers.',
    labels: ['driver'],
    samples: ({ bgp: { driver, state } }) =>
      state === 'unknown' ? [] : [{ labels: { driver }, value: Number(state === 'up') }],
  },
  {
    name: 'holdline_bgp_session_established',
    help: '1 when the BGP session to the neighbour is established.',
    labels: ['neighbour'],
    samples: ({ bgp }) =>
      bgp.sessions.map(({ neighbour, state }) => ({
        labels: { neighbour },
        value: Number(state === 'established'),
      })),
  },
  {
    name: 'holdline_bgp_escalation',
    help: 'The withdraw of a dead relay is not carried out: 1 for the stage it is in, 0 for the others.',
    labels: ['stage'],
    samples: ({ bgp }) => oneOf('stage', ESCALATION_STAGES, bgp.escalation?.stage ?? 'none'),
  },
  {
    name: 'holdline_bgp_neighbour_held_down',
    help: '1 when Holdline has taken the session to the neighbour down.',
    labels: ['neighbour'],
    samples: ({ bgp }) =>
      bgp.sessions.map(({ neighbour }) => ({
        labels: { neighbour },
        value: Number(bgp.disabledNeighbours.includes(neighbour)),
      })),
  },
  {
    name: 'holdline_bgp_bfd_up',
    help: '1 when BFD to the neighbour is up; no sample where it is off or not known.',
    labels: ['neighbour'],
    samples: ({ bgp }) =>
      bgp.sessions
        .filter(({ bfd }) => bfd === 'up' || bfd === 'down')
        .map(({ neighbour, bfd }) => ({ labels: { neighbour }, value: Number(bfd === 'up') })),
  },
];
