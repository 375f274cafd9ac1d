// What can happen to the sidecar's two processes: the guard, and the worker that it owns.

import { readFileSync } from 'node:fs';

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import { DrillError } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import { untilReady } from '../lab/readiness.js';
import { heardFromGuard } from '../measure/guard-words.js';

import { signalProgram } from './relay.js';
import type { Notes, Scenario } from './scenario.js';

/** As long as a service manager waits before it starts a program again. */
const RESTART_AFTER_MS = 500;
const MOVES_WITHIN_MS = 15_000;

/** The guard may have spoken before we look, and no earlier than this. */
const STRIKE_MS_MAX = 50;

/** The router may not even hear of it. */
type Unnoticed = Pick<Scenario, 'name' | 'summary' | 'deed' | 'strike' | 'follow' | 'limits'>;

function unnoticed(given: Unnoticed): Scenario {
  return {
    ...given,
    recover: () => Promise.resolve(),
    moves: [],
    returns: [],
    movesWithinMs: MOVES_WITHIN_MS,
    silent: true,
  };
}

export const sidecarCrash = unnoticed({
  name: 'sidecar-crash',
  summary: 'guard and worker on relay-a are killed and started again; the router notices nothing',
  deed: 'guard and worker of holdline on relay-a are killed (SIGKILL) and started again',
  strike: (lab) => {
    const worker = workerOf(lab);
    const atMs = signalProgram(lab, 'holdline', 'SIGKILL');
    process.kill(worker, 'SIGKILL');
    return Promise.resolve(atMs);
  },
  follow: startAgain,
  limits: { lost: 0 },
});

export const guardCrash = unnoticed({
  name: 'guard-crash',
  summary: 'the guard on relay-a is killed; the next one takes over from the worker it left behind',
  deed: 'the guard of holdline on relay-a is killed (SIGKILL) and started again',
  strike: (lab) => Promise.resolve(signalProgram(lab, 'holdline', 'SIGKILL')),
  follow: startAgain,
  limits: { lost: 0 },
});

export const workerCrash = unnoticed({
  name: 'worker-crash',
  summary: 'the worker on relay-a is killed; its guard starts another, the router notices nothing',
  deed: 'the worker of holdline on relay-a is killed (SIGKILL)',
  strike: (lab) => Promise.resolve(signalWorker(lab, 'SIGKILL')),
  follow: heardAndReady,
  limits: { lost: 0, guardMs: { found: 100, back: 1_000 } },
});

export const workerHang = unnoticed({
  name: 'worker-hang',
  summary: 'the worker on relay-a is stopped; its guard finds it, the router notices nothing',
  deed: 'the worker of holdline on relay-a is stopped (SIGSTOP)',
  strike: (lab) => Promise.resolve(signalWorker(lab, 'SIGSTOP')),
  follow: heardAndReady,
  limits: { lost: 0, guardMs: { found: 1_000, back: 2_000 } },
});

export const doubleFault: Scenario = {
  name: 'double-fault',
  summary:
    'the worker on relay-a hangs and the relay program dies right after; relay-b carries its calls on',
  deed: 'the worker of holdline on relay-a is stopped, and the relay program is killed (SIGKILL)',
  strike: (lab) => {
    signalWorker(lab, 'SIGSTOP');
    return Promise.resolve(signalProgram(lab, 'relay', 'SIGKILL'));
  },
  follow: heardFromItsGuard,
  recover: (lab) => {
    lab.relays['relay-a'].startIfEnded('relay');
    return Promise.resolve();
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  silent: false,
  // Until the guard has found the hang and the next worker watches, nobody sees the death.
  limits: { firstPacketMs: 2_000, lost: 101, guardMs: { found: 1_000, back: 2_000 } },
};

/** As a service manager does. */
async function startAgain(lab: Lab, signal: AbortSignal): Promise<Notes> {
  await sleep(RESTART_AFTER_MS, signal);
  lab.relays['relay-a'].startIfEnded('holdline');
  await untilReady(lab, signal);
  return {};
}

async function heardAndReady(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const notes = await heardFromItsGuard(lab, signal);
  await untilReady(lab, signal);
  return notes;
}

async function heardFromItsGuard(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const { logPath } = lab.relays['relay-a'].program('holdline');
  return { guard: await heardFromGuard(logPath, nowMs() - STRIKE_MS_MAX, signal) };
}

function signalWorker(lab: Lab, signal: NodeJS.Signals): number {
  const worker = workerOf(lab);
  const atMs = nowMs();
  process.kill(worker, signal);
  return atMs;
}

/** The one child of the guard. */
export function workerOf(lab: Lab): number {
  const { pid } = lab.relays['relay-a'].program('holdline');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  if (!/^\d+$/.test(children)) {
    throw new DrillError('reply-unexpected', `the guard ${pid} has no single worker: ${children}`);
  }
  return Number(children);
}
