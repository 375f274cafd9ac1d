// A crash in the middle of many calls being set up: what was said to be at risk, and what was lost.

import { sleep } from '../../async/sleep.js';
import { planMoreCalls } from '../callers/plan.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { readStatus } from '../lab/sidecar-client.js';

import { signalProgram } from './relay.js';
import type { Scenario } from './scenario.js';

const RETURNS_WITHIN_MS = 40_000;
const SET_UP_PER_SECOND = 200;
const CALLS_IN_SETUP = 600;
const KILLED_AFTER_MS = 1_500;
const ASK_EVERY_MS = 100;

export const crashInSetup: Scenario = {
  name: 'crash-in-setup',
  summary:
    'rtpengine on relay-a is killed while 200 calls a second are set up; calls at risk were said right',
  deed: 'rtpengine on relay-a is killed (SIGKILL) while 200 calls a second are set up',
  strike: async (lab, signal) => {
    const calls = planMoreCalls('late', CALLS_IN_SETUP);
    const order = { do: 'set-up-more', calls, perSecond: SET_UP_PER_SECOND } as const;
    const settingUp = lab.callers.ask(order, signal);
    const said = await askAtRisk(lab, signal);
    const atMs = signalProgram(lab, 'relay', 'SIGKILL');
    const { established, failedFromMs } = await settingUp;
    const inSetUp = failedFromMs.filter((fromMs) => fromMs <= atMs).length;
    Object.assign(lab.record, { callsAdded: established, callsInSetUp: inSetUp });
    lab.record.atRiskSaid = said.at(-1) ?? null;
    const most = Math.max(...said.map((each) => each ?? 0));
    lab.record.say(
      `${established} calls were set up and ${inSetUp} in set-up at that instant; at risk was said ` +
        `${String(said.at(-1))} right before, ${most} at the most`,
    );
    return atMs;
  },
  recover: (lab, signal) => hangUpAtHome(lab, 'late', signal),
  moves: ['relay-b'],
  returns: ['relay-a'],
  limits: { firstPacketMs: 100, lost: 5 },
};

/** What the sidecar of relay-a says while calls are set up; the last word is right before the fault. */
async function askAtRisk(lab: Lab, signal: AbortSignal): Promise<readonly (number | null)[]> {
  const endMs = nowMs() + KILLED_AFTER_MS;
  const said: (number | null)[] = [];
  while (nowMs() < endMs) {
    said.push((await readStatus(lab.hosts['relay-a'], signal)).atRisk.calls);
    await sleep(ASK_EVERY_MS, signal);
  }
  return said;
}

/** Ends the calls of that name once their home has its route back. */
export async function hangUpAtHome(lab: Lab, name: string, signal: AbortSignal): Promise<void> {
  lab.relays['relay-a'].startIfEnded('relay');
  await lab.routes.waitForOwner('a', 'relay-a', { deadlineMs: RETURNS_WITHIN_MS, signal });
  await lab.callers.ask({ do: 'hang-up', name }, signal);
}
