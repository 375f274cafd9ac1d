// What the router's kernel was told, read from `ip -tshort monitor route`: the moment a packet can
// go another way, seen without asking the router anything.

import { RELAYS, VIPS, type RelayName, type VipName } from '../lab/addresses.js';

export interface RouteChange {
  readonly atMs: number;
  readonly vip: VipName;
  readonly family: 4 | 6;
  /** The relay that the router sends to now. */
  readonly owner: RelayName | 'nobody';
}

const LINE = /^\[(?<time>[^\]]+)\] *(?<deleted>Deleted )?(?:unicast )?(?<prefix>\S+)(?<rest>.*)$/;
const DEVICE = /\bdev (?<device>\S+)/;

/** One line of the monitor, or undefined when it is about no VIP. */
export function parseRouteLine(line: string): RouteChange | undefined {
  const { time, deleted, prefix, rest = '' } = LINE.exec(line)?.groups ?? {};
  const vip = VIPS.find(({ ipv4, ipv6 }) => prefix === ipv4 || prefix === ipv6);
  if (time === undefined || vip === undefined) {
    return undefined;
  }
  return {
    atMs: readTime(time),
    vip: vip.name,
    family: prefix === vip.ipv4 ? 4 : 6,
    owner: deleted === undefined ? ownerIn(rest) : 'nobody',
  };
}

/** The router's port to a relay bears the relay's name. */
function ownerIn(rest: string): RouteChange['owner'] {
  const device = DEVICE.exec(rest)?.groups?.['device'];
  return RELAYS.find((relay) => relay === device) ?? 'nobody';
}

/** `2026-11-22T11:38:07.123456`, in UTC. Date.parse stops at three digits after the second. */
function readTime(time: string): number {
  const belowMs = Number(`0.${time.slice(23)}`);
  return Date.parse(`${time.slice(0, 23)}Z`) + (Number.isNaN(belowMs) ? 0 : belowMs);
}

/**
 * The owners that a VIP's prefix had one after another, without repetition. An IPv6 route is
 * replaced by a delete and an add; "nobody" in between counts only when it lasts.
 */
export function ownersInTurn(
  changes: readonly RouteChange[],
  before: RelayName | 'nobody',
): readonly (RelayName | 'nobody')[] {
  const owners: (RelayName | 'nobody')[] = [];
  changes.forEach((change, index) => {
    const next = changes[index + 1];
    const passing =
      change.owner === 'nobody' && next !== undefined && next.atMs - change.atMs < PASSING_MS;
    if (!passing && change.owner !== (owners.at(-1) ?? before)) {
      owners.push(change.owner);
    }
  });
  return owners;
}

const PASSING_MS = 5;
