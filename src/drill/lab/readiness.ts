// The state that every run starts from: each VIP at its home, the other relay ready to take over,
// and every call heard by both its parties.

import { canaryCallId } from '../../domain/canary-call.js';

import type { RelaySessions } from '../callers/protocol.js';

import { linkOf, NG_PORT, otherRelay, RELAYS, VIPS, type RelayName } from './addresses.js';
import type { Lab } from './lab.js';
import { readStatus, type SidecarStatus } from './sidecar-client.js';
import { poll } from '../poll.js';

/** GoBGP takes up to 13 s to a session, and each relay then waits for its settling time. */
const READY_DEADLINE_MS = 60_000;
const LOOK_EVERY_MS = 200;
const HEARD_WITHIN_MS = 200;

type VipView = SidecarStatus['vips'][number];

const HOME_RANK = 0;
const READY_RANK = 1;

/** Sets the calls up once both relays speak ng and the router leads to them. */
export async function setUpCalls(lab: Lab, signal: AbortSignal): Promise<void> {
  await until(lab, 'both relays to serve', signal, () => lookAtRoutes(lab, signal));
  await lab.callers.ask({ do: 'set-up', calls: lab.plans }, signal);
}

export async function untilReady(lab: Lab, signal: AbortSignal): Promise<void> {
  await until(lab, 'the initial state', signal, async () => [
    ...(await lookAtRoutes(lab, signal)),
    ...(await lookAtSessions(lab, signal)),
    ...(await lookAtCalls(lab, signal)),
  ]);
}

/** Looks until nothing is amiss; what still is goes into the message when time is up. */
async function until(
  lab: Lab,
  what: string,
  signal: AbortSignal,
  look: () => Promise<readonly string[]>,
): Promise<void> {
  let amiss: readonly string[] = [];
  const seen = (): string => amiss.join('; ');
  const limits = { deadlineMs: READY_DEADLINE_MS, everyMs: LOOK_EVERY_MS, signal, seen };
  await poll({ what, ...limits }, async () => {
    amiss = [...(await lab.ended()), ...(await look())];
    return amiss.length === 0 ? true : undefined;
  });
}

async function lookAtRoutes(lab: Lab, signal: AbortSignal): Promise<readonly string[]> {
  const ranks = await Promise.all(RELAYS.map((relay) => lookAtRanks(lab, relay, signal)));
  const amiss = ranks.flat();
  for (const vip of VIPS) {
    for (const family of [4, 6] as const) {
      const owner = await lab.routes.owner(vip.name, family);
      if (owner !== vip.home) {
        amiss.push(`the router sends VIP ${vip.name} (IPv${family}) to ${owner}`);
      }
    }
  }
  return amiss;
}

async function lookAtRanks(lab: Lab, relay: RelayName, signal: AbortSignal): Promise<string[]> {
  try {
    const { vips } = await readStatus(lab.hosts[relay], signal);
    return VIPS.flatMap(({ name, home }) => {
      const wanted = home === relay ? HOME_RANK : READY_RANK;
      const view = vips.find((each) => each.name === name);
      return view !== undefined && isInPlace(view, wanted)
        ? []
        : [`${relay} has VIP ${name} at ${sayVip(view)}, not ${wanted}`];
    });
  } catch (error) {
    return [`the sidecar of ${relay} does not answer: ${String(error)}`];
  }
}

/** A home that has yet to hear that its standby is ready again is not what it was. */
function isInPlace({ rank, verified, reason }: VipView, wanted: number): boolean {
  return rank === wanted && verified && reason !== 'standbys-unready';
}

function sayVip(view: VipView | undefined): string {
  const { rank, reason, verified } = view ?? {};
  return `rank ${String(rank)} (${reason ?? 'none'}, ${verified === true ? 'verified' : 'not verified'})`;
}

async function lookAtSessions(lab: Lab, signal: AbortSignal): Promise<string[]> {
  const looks = RELAYS.map(async (relay) => {
    const wanted = lab.expectedSessions(relay);
    const found = await sessionsOf(lab, relay, signal);
    return areAll(found, wanted, lab.activeSwitchover)
      ? []
      : [`${relay} holds ${JSON.stringify(found ?? 'nothing')}, not ${JSON.stringify(wanted)}`];
  });
  return (await Promise.all(looks)).flat();
}

/** A call that was taken over for good belongs to the other relay, and is foreign at its home. */
function areAll(
  found: RelaySessions | undefined,
  wanted: RelaySessions,
  activeSwitchover: boolean,
): boolean {
  return activeSwitchover
    ? found !== undefined && found.own + found.foreign === wanted.own + wanted.foreign
    : found?.own === wanted.own && found.foreign === wanted.foreign;
}

/** The calls that the relay itself says it holds, or undefined when it does not answer. */
export async function sessionsOf(lab: Lab, relay: RelayName, signal: AbortSignal) {
  const target = { host: linkOf(relay).host4, port: NG_PORT };
  const canaries = { own: canaryCallId(relay), foreign: canaryCallId(otherRelay(relay)) };
  return lab.callers.ask({ do: 'sessions', ...target, canaries }, signal).catch(() => undefined);
}

async function lookAtCalls(lab: Lab, signal: AbortSignal): Promise<string[]> {
  const { calls, probes } = await lab.callers.ask(
    { do: 'heard', withinMs: HEARD_WITHIN_MS },
    signal,
  );
  return calls + probes === lab.plans.length
    ? []
    : [`${calls} calls and ${probes} of the probe's are heard by both parties`];
}

/** How many calls are heard by both their parties; those of the probe do not count. */
export async function callsHeard(lab: Lab, signal: AbortSignal): Promise<number> {
  const { calls } = await lab.callers.ask({ do: 'heard', withinMs: HEARD_WITHIN_MS }, signal);
  return calls;
}
