// The sidecar's own weakness: it stands still, or the host has no time for it.

import { availableParallelism } from 'node:os';

import { sleep } from '../../async/sleep.js';
import { DrillError } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import type { LabProcess } from '../lab/process.js';

import { signalProgram } from './relay.js';
import type { Notes, Scenario } from './scenario.js';
import { workerOf } from './worker.js';

const STOPPED_MS = 2_000;
/** A worker that woke up into a wrong belief would act on it by then. */
const AFTER_STOP_MS = 2_000;
const MOVES_WITHIN_MS = 15_000;

/** The host is busy for a minute; the real hang comes in its last third. */
const BUSY_BEFORE_MS = 40_000;
const BUSY_AFTER_MS = 20_000;
const BUSY_A_CORE = 2;

export const ownStall: Scenario = {
  name: 'own-stall',
  summary: 'guard and worker on relay-a stand still for two seconds and go on; nothing moves',
  deed: 'guard and worker of holdline on relay-a are stopped (SIGSTOP) for two seconds',
  // The guard first: it would find its worker stopped within a second, and start another.
  strike: (lab) => {
    const worker = workerOf(lab);
    const atMs = signalProgram(lab, 'holdline', 'SIGSTOP');
    process.kill(worker, 'SIGSTOP');
    return atMs;
  },
  follow: async (lab, signal) => {
    await sleep(STOPPED_MS, signal);
    const worker = workerOf(lab);
    process.kill(worker, 'SIGCONT');
    signalProgram(lab, 'holdline', 'SIGCONT');
    await sleep(AFTER_STOP_MS, signal);
    if (workerOf(lab) !== worker) {
      const message = `expected the worker ${worker} to go on, found ${workerOf(lab)} in its place`;
      throw new DrillError('reply-unexpected', message);
    }
    return {};
  },
  silent: true,
  limits: { lost: 0 },
};

export const busyHost = makeBusyHost();

function makeBusyHost(): Scenario {
  let busy: readonly LabProcess[] = [];
  return {
    name: 'busy-host',
    summary: 'every core is busy for a minute and nothing moves; a real hang in it is found',
    deed: 'the relay program on relay-a is stopped (SIGSTOP) after 40 s of two busy processes a core',
    strike: async (lab, signal) => {
      busy = Array.from({ length: BUSY_A_CORE * availableParallelism() }, (_, index) =>
        lab.hosts['relay-a'].start(`busy-${index + 1}`, ['sh', '-c', 'while :; do :; done']),
      );
      await sleep(BUSY_BEFORE_MS, signal);
      return signalProgram(lab, 'relay', 'SIGSTOP');
    },
    follow: waitOutTheMinute,
    recover: async (lab, signal) => {
      await Promise.all(busy.map((each) => each.stop('SIGKILL', signal)));
      await lab.relays['relay-a'].program('relay').stop('SIGKILL', signal);
      lab.relays['relay-a'].start('relay');
    },
    moves: ['relay-b'],
    returns: ['relay-a'],
    // The hang itself costs 350 ms on a quiet host (relay-hang). Here callers, router and relay wait
    // for a core as well, for milliseconds each time, and misses that fell into a wait do not count.
    limits: { firstPacketMs: 1_500, lost: 100 },
  };
}

async function waitOutTheMinute(lab: Lab, signal: AbortSignal): Promise<Notes> {
  await lab.routes.waitForOwner('a', 'relay-b', { deadlineMs: MOVES_WITHIN_MS, signal });
  await sleep(BUSY_AFTER_MS, signal);
  return {};
}
