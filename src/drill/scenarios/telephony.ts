// Telephones that know nothing of the drill: SIPp and Kamailio, with a failover in the middle.

import { sleep } from '../../async/sleep.js';
import { DrillError } from '../errors.js';
import { linkOf, NG_PORT, RELAYS } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { streamsAround } from '../measure/telephone-streams.js';
import { Telephones } from '../telephony/telephones.js';

import { signalProgram } from './relay.js';
import type { Notes, Scenario } from './scenario.js';

const RETURNS_WITHIN_MS = 40_000;
const CALLS = 60;
const CALLS_PER_SECOND = 10;
/** By then some calls have sent their re-INVITE, some are about to, and some are being set up. */
const KILLED_AFTER_MS = 4_000;
/** How long the recording is that a telephone plays. */
const TALKS_MS = 8_000;
const SILENCE_MS_MAX = 150;
/** While Kamailio waits for the dead relay: its timeout, twice, and what SIP repeats. */
const SETTING_UP_MS = 1_000;

const running = new WeakMap<Lab, Telephones>();

export const telephony: Scenario = {
  name: 'telephony',
  summary:
    'SIPp calls through Kamailio (INVITE, re-INVITE, BYE) while the relay program on relay-a is killed',
  prepare: async (lab, signal) => {
    const options = { calls: CALLS, perSecond: CALLS_PER_SECOND };
    running.set(lab, await Telephones.start(lab, options, signal));
    await sleep(KILLED_AFTER_MS, signal);
  },
  deed: 'the relay program on relay-a is killed (SIGKILL) while telephones talk',
  strike: (lab) => {
    const atMs = signalProgram(lab, 'relay', 'SIGKILL');
    lab.record.faultAtMs = atMs;
    return atMs;
  },
  follow: listen,
  recover: async (lab, signal) => {
    await running.get(lab)?.stop(signal);
    lab.relays['relay-a'].startIfEnded('relay');
    await lab.routes.waitForOwner('a', 'relay-a', { deadlineMs: RETURNS_WITHIN_MS, signal });
    await clearUp(lab, signal);
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  limits: { firstPacketMs: 100, lost: 3 },
};

/**
 * rtpengine does not tell the database of a home that is away when one of its calls ends: the home
 * restores them, and would end them by its media timeout, which is a day in the lab.
 */
async function clearUp(lab: Lab, signal: AbortSignal): Promise<void> {
  const ending = `@${linkOf('caller').host4}`;
  for (const relay of RELAYS) {
    const at = { host: linkOf(relay).host4, port: NG_PORT };
    await lab.callers.ask({ do: 'clear', ...at, ending }, signal);
  }
}

async function listen(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const telephones = running.get(lab);
  const faultAtMs = lab.record.faultAtMs;
  if (telephones === undefined || faultAtMs === undefined) {
    throw new DrillError('reply-unexpected', 'the telephones were never started');
  }
  const { successful, failed, packets } = await telephones.end(signal);
  const heard = streamsAround(packets, { faultAtMs, lastsMs: TALKS_MS });
  const { p50, max } = heard.silenceMs;
  const { record } = lab;
  record.say(
    `telephones: ${successful} of ${CALLS} calls ended as they should, ${failed} failed; ${heard.goOn} of ` +
      `${heard.running} running streams go on, silent for ${p50} ms (median), ${max} ms at the most`,
  );
  const inSetUp = (SETTING_UP_MS / 1_000) * CALLS_PER_SECOND;
  record.demand(heard.running > CALLS_PER_SECOND, `only ${heard.running} streams were running`);
  record.demand(heard.goOn === heard.running, `${heard.goOn} of ${heard.running} streams go on`);
  record.demand(max <= SILENCE_MS_MAX, `a telephone heard nothing for ${max} ms`);
  record.demand(
    failed <= inSetUp,
    `${failed} calls failed; ${inSetUp} were being set up at the most`,
  );
  record.demand(successful + failed === CALLS, `${successful + failed} of ${CALLS} calls ended`);
  return {};
}
