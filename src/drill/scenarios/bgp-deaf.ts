// The BGP daemon hangs, and the relay dies behind its back: no withdraw can be told to anybody.

import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { untilReady } from '../lab/readiness.js';
import { poll } from '../poll.js';

import type { Notes, Scenario } from './scenario.js';
import { signalProgram } from './relay.js';

const COMMON = {
  deed: 'the BGP daemon of relay-a is stopped (SIGSTOP), and its relay killed (SIGKILL)',
  strike: (lab: Lab): number => {
    signalProgram(lab, 'bgp', 'SIGSTOP');
    return signalProgram(lab, 'relay', 'SIGKILL');
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
} as const satisfies Partial<Scenario>;

export const bgpDeaf: Scenario = {
  ...COMMON,
  name: 'bgp-deaf',
  summary: 'the BGP daemon of relay-a hangs and its relay dies right after; the router finds out',
  recover: (lab) => {
    signalProgram(lab, 'bgp', 'SIGCONT');
    lab.relays['relay-a'].startIfEnded('relay');
    return Promise.resolve();
  },
  // BIRD speaks BFD itself, so the router misses it after 3 x 50 ms. GoBGP's BFD is another process
  // that lives on: there it takes the hold time of 3 s.
  limits: { firstPacketMs: 3_500, lost: 176 },
};

/** Detect, decide, retry, disable the neighbour, stop: what `holdline check` computes for it. */
const STOPPED_MS_MAX = 10 + 5 + 420 + 130 + 250;

/** From the end of the daemon to the first packet at the peer: the router's own part. */
const ROUTER_MS_MAX = 50;

export const bgpDeafStopped: Scenario = {
  ...COMMON,
  name: 'bgp-deaf-stopped',
  summary:
    'the same with a stop command (bgp.escalate): it ends the daemon, and the session with it',
  prepare: async (lab, signal) => {
    await lab.relays['relay-a'].restartSidecar((file) => withStopCommand(lab, file), signal);
    await untilReady(lab, signal);
  },
  follow: seeItStopped,
  recover: async (lab, signal) => {
    const relayA = lab.relays['relay-a'];
    relayA.startIfEnded('bgp');
    relayA.startIfEnded('relay');
    await relayA.restartSidecar((file) => file, signal);
  },
  limits: { firstPacketMs: STOPPED_MS_MAX + ROUTER_MS_MAX, lost: 44 },
};

function withStopCommand(lab: Lab, file: string): string {
  const { pid } = lab.relays['relay-a'].program('bgp');
  const lines = [
    'bgp:',
    '  escalate: [retry, disable-neighbour, stop-command]',
    `  stop-command: [kill, -s, KILL, "${pid}"]`,
  ];
  return file.replace(/^bgp:$/m, lines.join('\n'));
}

async function seeItStopped(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const startedAtMs = nowMs();
  const bgp = lab.relays['relay-a'].program('bgp');
  const deadlineMs = 5_000;
  await poll({ what: 'the stop command to end the daemon', deadlineMs, everyMs: 5, signal }, () =>
    Promise.resolve(bgp.running ? undefined : true),
  );
  const tookMs = Math.round(nowMs() - startedAtMs);
  lab.record.say(`the stop command had ended the daemon ${tookMs} ms after the death`);
  const otherwise = `the daemon was ended after ${tookMs} ms, expected within ${STOPPED_MS_MAX} ms`;
  lab.record.demand(tookMs <= STOPPED_MS_MAX, otherwise);
  return {};
}
