// A Redis that hangs, and what it does to relays: at rtpengine's own limits both relays hang with it,
// with the recommended ones no running call notices.

import { sleep } from '../../async/sleep.js';
import { planMoreCalls } from '../callers/plan.js';
import { nowMs } from '../clock.js';
import { CLI_PORT, RELAYS } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { askStore } from '../lab/programs.js';
import { callsHeard, sessionsOf } from '../lab/readiness.js';
import { ScreenLog, type Seen } from '../measure/screen-log.js';
import { poll } from '../poll.js';

import type { Notes, Scenario } from './scenario.js';

const OFFERED_TO_EACH = 30;
const OFFERED_PER_SECOND = 20;
const SILENT_WITHIN_MS = 20_000;
/** Statistics that go unanswered so often in a row, at both relays: nobody is at home. */
const SILENCES_MIN = 3;
/**
 * rtpengine 10.5, forwarding in user space, gives a port up for good once fifty packets have waited
 * there five times in a row: after a hang of five seconds a call is not heard again whatever is done.
 */
const HUNG_FOR_MS = 1_000;
const HEARD_AGAIN_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 50;
const WITHDRAWN = 'withdrawn';

/** rtpengine 10.5's own, as its manual has them. */
const DEFAULT_LIMITS = {
  rediscmdtimeout: 0,
  redisconnecttimeout: 1_000,
  redisallowederrors: -1,
  redisdisabletime: 10,
} as const;
const RECOMMENDED_LIMITS = {
  rediscmdtimeout: 50,
  redisconnecttimeout: 50,
  redisallowederrors: 1,
  redisdisabletime: 5,
} as const;

const COMMON = {
  deed: 'the Redis primary is stopped (SIGSTOP), and calls are offered to both relays',
  strike: (lab: Lab): number => {
    const atMs = nowMs();
    lab.primary.kill('SIGSTOP');
    return atMs;
  },
} as const;

export const redisHang: Scenario = {
  ...COMMON,
  name: 'redis-hang',
  summary:
    'the Redis primary hangs and, at their default limits, both relays with it; no route is withdrawn',
  prepare: (lab, signal) => setLimits(lab, DEFAULT_LIMITS, signal),
  // `holdline relay` waits for no Redis: at its defaults it behaves as rtpengine does with better limits.
  follow: (lab, signal) =>
    lab.relay === 'rtpengine' ? seeBothHang(lab, signal) : seeNothingLost(lab, signal),
  maySwing: true,
  recover: async (lab, signal) => {
    lab.primary.kill('SIGCONT');
    await setLimits(lab, RECOMMENDED_LIMITS, signal);
    await lab.callers.ask({ do: 'hang-up', name: 'hung' }, signal);
    await renewProbe(lab, signal);
  },
  // The media stand still for as long as the relays hang.
  limits: { lost: Number.MAX_SAFE_INTEGER },
};

export const redisHangTuned: Scenario = {
  ...COMMON,
  name: 'redis-hang-tuned',
  summary:
    'the Redis primary hangs; with the recommended limits no running call loses a packet, nothing moves',
  follow: seeNothingLost,
  recover: async (lab, signal) => {
    lab.primary.kill('SIGCONT');
    await lab.callers.ask({ do: 'hang-up', name: 'hung' }, signal);
  },
  limits: { lost: 0 },
};

async function seeBothHang(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const startedAtMs = nowMs();
  const before = (await lab.routes.changes()).length;
  const screens = new ScreenLog(lab, signal);
  const offering = offerCalls(lab, signal);
  await untilBothSilent(lab, signal);
  const silentMs = nowMs() - startedAtMs;
  await sleep(HUNG_FOR_MS, signal);
  const heard = await callsHeard(lab, signal);
  const continuedAtMs = nowMs();
  lab.primary.kill('SIGCONT');
  const heardAgainMs = (await untilAllHeard(lab, signal)) - continuedAtMs;
  await offering;
  const seen = await screens.stop();
  lab.record.say(
    `both ng ports were silent ${silentMs.toFixed(0)} ms after the stop; ${heard} calls were heard then, ` +
      `and all of them ${heardAgainMs.toFixed(0)} ms after Redis went on`,
  );
  screens.tell(startedAtMs).forEach((each) => lab.record.say(each));
  await demandNoWithdrawal(lab, before, seen);
  // A relay that has fallen silent is worse than a Redis that has, and is said first.
  demandWords(lab, seen, ['unprotected', 'control-silent', 'relay-hung']);
  return {};
}

/** At two hundred packets a second its ports are given up within the shortest of hangs. */
async function renewProbe(lab: Lab, signal: AbortSignal): Promise<void> {
  await lab.callers.ask({ do: 'hang-up', name: 'probe' }, signal);
  const calls = lab.plans.filter(({ kind }) => kind === 'probe');
  await lab.callers.ask({ do: 'set-up', calls }, signal);
}

async function seeNothingLost(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const startedAtMs = nowMs();
  const before = (await lab.routes.changes()).length;
  const screens = new ScreenLog(lab, signal);
  await offerCalls(lab, signal);
  await sleep(HUNG_FOR_MS, signal);
  const answering = await Promise.all(RELAYS.map((relay) => sessionsOf(lab, relay, signal)));
  lab.record.demand(
    answering.every((each) => each !== undefined),
    'a relay did not answer while Redis hung',
  );
  lab.primary.kill('SIGCONT');
  const seen = await screens.stop();
  lab.record.say(`${lab.record.callsAdded} calls were set up while Redis hung`);
  screens.tell(startedAtMs).forEach((each) => lab.record.say(each));
  await demandNoWithdrawal(lab, before, seen);
  demandWords(lab, seen, ['unprotected']);
  return {};
}

/** To each relay for its own VIP, as a proxy would; those that are answered are calls like others. */
async function offerCalls(lab: Lab, signal: AbortSignal): Promise<void> {
  const perSecond = OFFERED_PER_SECOND;
  const offers = (['a', 'b'] as const).map((vip) => {
    const calls = planMoreCalls(`hung-${vip}`, OFFERED_TO_EACH, vip);
    return lab.callers.ask({ do: 'set-up-more', calls, perSecond }, signal);
  });
  const answered = await Promise.all(offers);
  lab.record.callsAdded = answered.reduce((sum, { established }) => sum + established, 0);
}

async function untilBothSilent(lab: Lab, signal: AbortSignal): Promise<void> {
  let silences = 0;
  const limits = { deadlineMs: SILENT_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal };
  const seen = (): string => `${silences} silences in a row`;
  await poll({ what: 'both relays to fall silent', ...limits, seen }, async () => {
    const answers = await Promise.all(RELAYS.map((relay) => sessionsOf(lab, relay, signal)));
    silences = answers.every((each) => each === undefined) ? silences + 1 : 0;
    return silences >= SILENCES_MIN ? true : undefined;
  });
}

async function untilAllHeard(lab: Lab, signal: AbortSignal): Promise<number> {
  const wanted = lab.plans.filter(({ kind }) => kind === 'call').length;
  let heard = 0;
  const limits = { deadlineMs: HEARD_AGAIN_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal };
  return poll(
    { what: `all ${wanted} calls to be heard again`, ...limits, seen: () => `${heard} heard` },
    async () => {
      heard = await callsHeard(lab, signal);
      return heard >= wanted ? nowMs() : undefined;
    },
  );
}

async function demandNoWithdrawal(lab: Lab, before: number, seen: readonly Seen[]): Promise<void> {
  const lost = (await lab.routes.changes()).slice(before).filter(({ family }) => family === 4);
  const nobody = lost.find(({ owner }) => owner === 'nobody');
  lab.record.demand(nobody === undefined, `nobody announced VIP ${nobody?.vip ?? ''} for a while`);
  const gone = seen.find(({ status }) => status?.vips.some(({ rank }) => rank === WITHDRAWN));
  lab.record.demand(gone === undefined, `${gone?.relay ?? ''} withdrew a VIP`);
}

/** Both screens say that Redis is gone, and what is the matter with it. */
function demandWords(lab: Lab, seen: readonly Seen[], words: readonly string[]): void {
  for (const relay of RELAYS) {
    const own = seen.flatMap((each) => (each.relay === relay ? (each.status ?? []) : []));
    const reasons = own.flatMap(({ vips }) => vips.map(({ reason }) => reason));
    const said = reasons.some((reason) => words.includes(reason));
    lab.record.demand(said, `${relay} never said ${words.join(' or ')}`);
    const told = own.find(({ redis }) => redis?.servers?.primary.trouble != null);
    lab.record.demand(told !== undefined, `${relay} never said what is wrong with the primary`);
  }
}

/** rtpengine's only. On the relays that run, and on connections made anew: a limit of 0 is not taken back from one. */
async function setLimits(
  lab: Lab,
  limits: Readonly<Record<string, number>>,
  signal: AbortSignal,
): Promise<void> {
  if (lab.relay !== 'rtpengine') {
    return;
  }
  const commands = Object.entries(limits).map(([name, value]) => `set ${name} ${value}`);
  const all = commands
    .map((each) => `(exec 3<>/dev/tcp/127.0.0.1/${CLI_PORT} && echo "${each}" >&3 && cat <&3)`)
    .join(' && ');
  // A relay that has just hung resets connections that had waited.
  const script = `for each in $(seq 50); do (${all}) && exit; sleep 0.1; done; exit 1`;
  for (const relay of RELAYS) {
    await lab.hosts[relay].run(['bash', '-c', script], signal);
  }
  const kill = [...askStore(lab.store), 'CLIENT', 'KILL', 'TYPE', 'normal'];
  await lab.hosts.store.run(kill, signal);
}
