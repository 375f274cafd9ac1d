// When a host can be held to its promises: its sidecar and its daemon have been able to act.

import type { SimDaemon } from './daemon.js';
import type { SimHost } from './host.js';
import type { World } from './world.js';

/** A sidecar that was started has seen everything by then. */
const STARTED_MS = 600;

/** What lay waiting during a stall has been worked off. */
const STALL_OVER_MS = 400;

/** Retries wait up to a second; a report and a command come on top. */
const DAEMON_OVER_MS = 1_600;

const NETWORK_OVER_MS = 600;

const UNFROZEN_MS = 200;

export function isCalm(world: World, host: SimHost): boolean {
  const { nowMs } = world.time;
  return (
    canAct(host, nowMs) && world.slowNetworks === 0 && nowMs - world.slowUntilMs > NETWORK_OVER_MS
  );
}

function isAwake({ stalledUntilMs, starves, starvedUntilMs }: SimHost, nowMs: number): boolean {
  const overMs = nowMs - Math.max(stalledUntilMs, starvedUntilMs);
  return starves === 0 && overMs > STALL_OVER_MS;
}

function canAct(host: SimHost, nowMs: number): boolean {
  return isAwakeHere(host, nowMs) && isListening(host.daemon, nowMs);
}

/** The sidecar runs and has had the time to see everything. */
function isAwakeHere(host: SimHost, nowMs: number): boolean {
  return (
    host.deaths === 0 &&
    host.loop !== undefined &&
    nowMs - host.sidecarSinceMs > STARTED_MS &&
    isAwake(host, nowMs)
  );
}

/** The sidecar acts; its daemon answers and refuses to do as it is told. */
export function isObeyedBadly(world: World, host: SimHost): boolean {
  const { nowMs } = world.time;
  const { daemon } = host;
  const settled = daemon.responsive && daemon.established && daemon.refusals > 0;
  return isAwakeHere(host, nowMs) && settled && world.slowNetworks === 0;
}

function isListening(daemon: SimDaemon, nowMs: number): boolean {
  return (
    daemon.responsive &&
    daemon.established &&
    daemon.refusals === 0 &&
    nowMs - daemon.troubledAtMs > DAEMON_OVER_MS
  );
}

/** Nothing but the beat has stopped, so that a standby cannot know whether it is in step. */
export function lacksBeat({ primary }: World, { replica, relay }: SimHost): boolean {
  const { beatStops, linkUp, silences, reachesPrimary } = replica;
  return (
    beatStops > 0 && linkUp && silences === 0 && reachesPrimary && primary.answers && relay.serving
  );
}

/** A frozen host moves nothing but the dead; one that was unfrozen has to catch up first. */
export function isFree({ freezes, freezeChangedAtMs }: SimHost, nowMs: number): boolean {
  return freezes === 0 && nowMs - freezeChangedAtMs > UNFROZEN_MS;
}
