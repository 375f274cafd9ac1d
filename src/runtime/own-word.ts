// What this host says of itself to its peers, as a view of the state.

import type { State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';
import type { PeerVip } from '../domain/evidence.js';
import type { Vip } from '../domain/route.js';
import type { OwnWord } from '../ports/peer-exchange.js';

export interface OwnWordParts {
  readonly policy: Policy;
  readonly version: string;
  /** Sessions that the relay can carry. */
  readonly capacity: number | undefined;
  readonly state: State;
}

export function ownWord({ policy, version, capacity, state }: OwnWordParts): OwnWord {
  const { relay, beat, canary, operator } = state.evidence;
  return {
    version,
    relay: relay.state,
    vips: policy.vips.flatMap((vip) => vipWord(vip, state)),
    sessions:
      relay.sessions === undefined
        ? undefined
        : { own: relay.sessions.own, foreign: relay.sessions.foreign },
    lagMs: beat.lagMs,
    drained: operator.drained !== undefined,
    frozen: operator.frozen !== undefined,
    capacity,
    canaries: Object.fromEntries(
      Object.entries(canary.foreign).map(([home, { held }]) => [home, held]),
    ),
    missing: missingByVip(policy.vips, state),
    well: relay.state === 'alive' && canary.missesInARow === 0,
  };
}

/** A VIP whose rank is not known yet is not spoken of. */
function vipWord({ name, role }: Vip, state: State): readonly PeerVip[] {
  const rank = state.vips[name]?.rank;
  return rank === undefined
    ? []
    : [{ name, rank, of: role.kind === 'standby' ? role.of : undefined }];
}

/** Only of VIPs that were compared by Call-ID: what was not looked at is not said to be complete. */
function missingByVip(vips: readonly Vip[], { evidence }: State): OwnWord['missing'] {
  return Object.fromEntries(
    vips.flatMap(({ name, role, database }) => {
      const compared = database === undefined ? undefined : evidence.callParity.compared[database];
      return role.kind === 'standby' && compared?.side === 'standby'
        ? [[name, compared.missing]]
        : [];
    }),
  );
}
