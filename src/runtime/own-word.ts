// What this host says of itself to its peers, as a view of the state.

import { countCalls } from '../domain/call-count.js';
import type { CanaryEvidence } from '../domain/canary.js';
import type { State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';
import type { PeerVip } from '../domain/evidence.js';
import { callsAtRisk } from '../domain/risk.js';
import { replicationLagMs } from '../domain/replication-lag.js';
import type { Vip } from '../domain/route.js';
import { isWell } from '../domain/wellness.js';
import type { OwnWord } from '../ports/peer-exchange.js';

export interface OwnWordParts {
  readonly node: string;
  readonly policy: Policy;
  readonly version: string;
  /** Sessions that the relay can carry. */
  readonly capacity: number | undefined;
  readonly state: State;
}

export function ownWord({ node, policy, version, capacity, state }: OwnWordParts): OwnWord {
  const { relay, canary, operator } = state.evidence;
  const calls = countCalls(state.evidence);
  return {
    version,
    relay: relay.state,
    vips: policy.vips.flatMap((vip) => vipWord(vip, state)),
    sessions: calls && { own: calls.own, foreign: calls.foreign },
    lagMs: replicationLagMs(state.evidence),
    drained: operator.drained !== undefined,
    frozen: operator.frozen !== undefined,
    capacity,
    canaries: { ...foreignCanaries(canary), ...ownCanary(node, canary) },
    missing: missingByVip(policy.vips, state),
    well: isWell(state),
    atRisk: callsAtRisk(state.evidence, policy, state.nowMs).calls,
  };
}

function foreignCanaries({ foreign }: CanaryEvidence): OwnWord['canaries'] {
  return Object.fromEntries(Object.entries(foreign).map(([home, { held }]) => [home, held]));
}

/** A standby misses the canary of a home only if the home says that there is one. */
function ownCanary(node: string, { state }: CanaryEvidence): OwnWord['canaries'] {
  return state === 'unknown' ? {} : { [node]: state !== 'absent' };
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
