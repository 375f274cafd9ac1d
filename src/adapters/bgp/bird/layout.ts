// What BIRD's configuration file says about us: whether our static protocols are there with exactly
// our prefixes, and which BGP protocols lead to our neighbours. Holds until the next reconfiguration.

import type { NeighbourConfig } from '../../../config/config.js';
import {
  readBgpProtocols,
  readStaticPrefixes,
  requireReply,
  type BgpProtocol,
  type DaemonStatus,
} from './readings.js';
import type { Reply } from './reply-reader.js';
import { protocolName, type RouteGroup } from './route-group.js';

export const REMEDY = 'run `holdline render bird` and put its output in place of the file';

export interface Layout {
  readonly status: DaemonStatus;
  /** Static protocols that must not be enabled, each with the sentence that says why. */
  readonly misfits: ReadonlyMap<string, string>;
  readonly bgp: readonly BgpProtocol[];
}

export interface LayoutSubject {
  readonly groups: readonly RouteGroup[];
  readonly neighbours: readonly NeighbourConfig[];
}

export async function lookAtLayout(
  ask: (commands: readonly string[]) => Promise<readonly Reply[]>,
  subject: LayoutSubject,
  status: DaemonStatus,
): Promise<Layout> {
  const statics = subject.groups.flatMap((group) =>
    group.ranks.map((rank) => ({ group, name: protocolName(group, rank) })),
  );
  const [protocols, ...replies] = await ask([
    'show protocols all',
    ...statics.map(({ name }) => askForPrefixes(name)),
  ]);
  const misfits = new Map<string, string>();
  statics.forEach(({ group, name }, index) => {
    const misfit = findMisfit(group, name, requireReply(replies[index]));
    if (misfit !== undefined) {
      misfits.set(name, misfit);
    }
  });
  const addresses = subject.neighbours.map(({ address }) => address);
  const bgp = readBgpProtocols(requireReply(protocols));
  return { status, misfits, bgp: bgp.filter(({ neighbour }) => addresses.includes(neighbour)) };
}

export function askForPrefixes(name: string): string {
  return `show static ${name}`;
}

/**
 * Why a protocol must not be enabled, from BIRD's answer to `askForPrefixes`. Enabling it announces
 * all that it holds, so it must hold the group's prefixes and no others.
 */
export function findMisfit(group: RouteGroup, name: string, reply: Reply): string | undefined {
  const prefixes = readStaticPrefixes(reply);
  if (prefixes === undefined) {
    return `protocol ${name} is not in BIRD's configuration; ${REMEDY}`;
  }
  const expected = group.prefixes.toSorted().join(', ');
  const found = prefixes.toSorted().join(', ');
  return expected === found
    ? undefined
    : `protocol ${name} in BIRD's configuration holds ${found}, expected ${expected}; ${REMEDY}`;
}
