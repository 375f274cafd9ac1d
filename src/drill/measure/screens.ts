// When a sidecar's status says what it should: a person who looks at the screen learns it then.

import type { RelayName, VipName } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { readStatus } from '../lab/sidecar-client.js';
import { nowMs } from '../clock.js';
import { poll } from '../poll.js';

/** What must stand on the status of a relay for a VIP. */
export interface Wanted {
  readonly relay: RelayName;
  readonly vip: VipName;
  readonly reason: string;
  readonly rank: number;
}

/** Something that a status has to say, when at the latest, and when it was first seen to. */
export interface Screen extends Wanted {
  readonly atMs: number;
  readonly withinMs: number;
}

/** Waited for so long, so that what comes late is told as late and not as missing. */
const PATIENCE_MS = 5_000;

const LOOK_EVERY_MS = 10;

/** The moment at which each was first seen; rejects when one never is. */
export async function watchScreens(
  lab: Lab,
  wanted: readonly (Wanted & { readonly withinMs: number })[],
  signal: AbortSignal,
): Promise<readonly Screen[]> {
  return Promise.all(
    wanted.map(async (each) => {
      const deadlineMs = each.withinMs + PATIENCE_MS;
      return { ...each, atMs: await untilSaid(lab, each, { deadlineMs, signal }) };
    }),
  );
}

/** Resolves with the moment at which the status was seen to say so. */
export async function untilSaid(
  lab: Lab,
  { relay, vip, reason, rank }: Wanted,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<number> {
  const what = `${relay} to say ${reason} of VIP ${vip} at rank ${rank}`;
  let last = 'nothing';
  const seen = (): string => last;
  return poll({ what, deadlineMs, everyMs: LOOK_EVERY_MS, signal, seen }, async () => {
    const { vips } = await readStatus(lab.hosts[relay], signal);
    const view = vips.find(({ name }) => name === vip);
    last = `${view?.reason ?? 'nothing'} at rank ${String(view?.rank)}`;
    return view?.reason === reason && view.rank === rank ? nowMs() : undefined;
  });
}
