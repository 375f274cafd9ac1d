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

/** The guard may have spoken before we look, and no earlier than this. */
const STRIKE_MS_MAX = 50;

export const sidecarCrash: Scenario = {
  name: 'sidecar-crash',
  summary: 'guard and worker on relay-a are killed and started again; the router notices nothing',
  deed: 'guard and worker of holdline on relay-a are killed (SIGKILL) and started again',
  strike: (lab) => {
    const worker = workerOf(lab);
    const atMs = signalProgram(lab, 'holdline', 'SIGKILL');
    process.kill(worker, 'SIGKILL');
    return atMs;
  },
  follow: startAgain,
  limits: { lost: 0 },
  silent: true,
};

export const guardCrash: Scenario = {
  name: 'guard-crash',
  summary: 'the guard on relay-a is killed; the next one takes over from the worker it left behind',
  deed: 'the guard of holdline on relay-a is killed (SIGKILL) and started again',
  strike: (lab) => signalProgram(lab, 'holdline', 'SIGKILL'),
  follow: startAgain,
  limits: { lost: 0 },
  silent: true,
};

export const workerCrash: Scenario = {
  name: 'worker-crash',
  summary: 'the worker on relay-a is killed; its guard starts another, the router notices nothing',
  deed: 'the worker of holdline on relay-a is killed (SIGKILL)',
  strike: (lab) => signalWorker(lab, 'SIGKILL'),
  follow: heardAndReady,
  limits: { lost: 0, guardMs: { found: 100, back: 1_000 } },
  silent: true,
};

export const workerHang: Scenario = {
  name: 'worker-hang',
  summary: 'the worker on relay-a is stopped; its guard finds it, the router notices nothing',
  deed: 'the worker of holdline on relay-a is stopped (SIGSTOP)',
  strike: (lab) => signalWorker(lab, 'SIGSTOP'),
  follow: heardAndReady,
  limits: { lost: 0, guardMs: { found: 1_000, back: 2_000 } },
  silent: true,
};

export const doubleFault: Scenario = {
  name: 'double-fault',
  summary:
    'the worker on relay-a hangs and the relay program dies right after; relay-b carries its calls on',
  deed: 'the worker of holdline on relay-a is stopped, and the relay program is killed (SIGKILL)',
  strike: (lab) => {
    signalWorker(lab, 'SIGSTOP');
    return signalProgram(lab, 'relay', 'SIGKILL');
  },
  follow: heardFromItsGuard,
  recover: (lab) => {
    lab.relays['relay-a'].startIfEnded('relay');
    return Promise.resolve();
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
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
