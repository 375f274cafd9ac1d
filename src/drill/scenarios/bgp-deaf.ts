// The BGP daemon hangs, and the relay dies behind its back: no withdraw can be told to anybody.

import type { Scenario } from './scenario.js';
import { signalProgram } from './relay.js';

export const bgpDeaf: Scenario = {
  name: 'bgp-deaf',
  summary: 'the BGP daemon of relay-a hangs and its relay dies right after; the router finds out',
  deed: 'the BGP daemon of relay-a is stopped (SIGSTOP), and its relay killed (SIGKILL)',
  strike: (lab) => {
    signalProgram(lab, 'bgp', 'SIGSTOP');
    return signalProgram(lab, 'relay', 'SIGKILL');
  },
  recover: (lab) => {
    signalProgram(lab, 'bgp', 'SIGCONT');
    lab.relays['relay-a'].startIfEnded('relay');
    return Promise.resolve();
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  // BIRD speaks BFD itself, so the router misses it after 3 x 50 ms. GoBGP's BFD is another process
  // that lives on: there it takes the hold time of 3 s, and a stop command would be quicker.
  limits: { firstPacketMs: 3_500, lost: 176 },
};
