// Would a relay overload if it took everything that it stands by for? Its own calls and all the
// foreign ones that it holds: every home that it stands by for failing at once.

import { countCalls } from './call-count.js';
import type { Evidence } from './observe.js';
import { addressOf, isReady, sayingsOf } from './peers.js';
import type { Policy } from './policy.js';

export interface Load {
  /** The node that would carry it. */
  readonly node: string;
  readonly capacity: number;
  /** What it would carry if it took everything. */
  readonly sessions: number;
}

/** Undefined where the relay does not count, or nobody has said what it can carry. */
export function ownLoad(evidence: Evidence, { node, capacity }: Policy): Load | undefined {
  return loadOf(node, capacity, countCalls(evidence));
}

/** The load of each peer that is ready to carry one of our own VIPs, by its own word. */
export function standbyLoads({ peers }: Evidence, policy: Policy, nowMs: number): readonly Load[] {
  const homes = policy.vips.filter(({ role }) => role.kind === 'home');
  const ready = homes.flatMap((vip) => {
    const address = addressOf(vip, policy);
    return sayingsOf(address, peers, nowMs).filter((saying) => isReady(saying, address));
  });
  const words = new Map(ready.map(({ node, word }) => [node, word]));
  return [...words].flatMap(([node, { capacity, sessions }]) => {
    const load = loadOf(node, capacity, sessions);
    return load === undefined ? [] : [load];
  });
}

export function isOverloaded({ capacity, sessions }: Load): boolean {
  return sessions > capacity;
}

/** The sentence for the alarm and for a drain that is refused; undefined while there is room. */
export function sayOverload(load: Load | undefined): string | undefined {
  return load !== undefined && isOverloaded(load)
    ? `${load.node} would have to carry ${load.sessions} calls and can carry ${load.capacity}`
    : undefined;
}

/**
 * Why a drain could overload the standbys; undefined when one of them has room, or none says how
 * much it can carry.
 */
export function whyNoRoom(evidence: Evidence, policy: Policy, nowMs: number): string | undefined {
  const loads = standbyLoads(evidence, policy, nowMs);
  return loads.every(isOverloaded) ? sayOverload(loads[0]) : undefined;
}

function loadOf(
  node: string,
  capacity: number | undefined,
  sessions: { readonly own: number; readonly foreign: number } | undefined,
): Load | undefined {
  return capacity === undefined || sessions === undefined
    ? undefined
    : { node, capacity, sessions: sessions.own + sessions.foreign };
}
