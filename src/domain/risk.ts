// Calls at risk: the home's own customer calls that its best standby would not carry on if they
// moved now, as far as this host can see and the standby says. The canary is nobody's call.

import { isBeatStuck, beatLateSinceMs } from './beat.js';
import { callsUnkept } from './call-parity.js';
import { countCalls } from './call-count.js';
import type { Evidence } from './observe.js';
import { addressOf, isReady, sayingsOf, type Address, type Saying } from './peers.js';
import type { Policy } from './policy.js';
import { compareRanks } from './rank.js';
import { replicaLagMs } from './store-evidence.js';

export interface Risk {
  /** Undefined when it is not known. */
  readonly calls: number | undefined;
  /** The home's own sessions; undefined when the relay does not tell. */
  readonly of: number | undefined;
  readonly because: string | undefined;
}

export function callsAtRisk(evidence: Evidence, policy: Policy, nowMs: number): Risk {
  const homes = policy.vips.filter((vip) => vip.role.kind === 'home');
  if (homes.length === 0 || !policy.countsSessions) {
    return { calls: 0, of: homes.length === 0 ? 0 : undefined, because: undefined };
  }
  const of = countCalls(evidence)?.own;
  if (of === undefined) {
    const because = 'the relay does not tell how many calls it has';
    return { calls: undefined, of: undefined, because };
  }
  const broken = policy.replicated ? whyNotReplicated(evidence, policy) : undefined;
  if (broken !== undefined) {
    return { calls: of, of, because: broken };
  }
  const risks = [
    { calls: callsUnkept(homes, evidence), because: 'Redis does not keep them' },
    ...(policy.hearsPeers
      ? homes.map((vip) => riskOfMoving(addressOf(vip, policy), evidence, of, nowMs))
      : []),
  ];
  return { of, ...worst(risks, of) };
}

type Part = Pick<Risk, 'calls' | 'because'>;

/** Several VIPs share the calls of one relay: what is missing adds up, up to all of them. */
function worst(parts: readonly Part[], of: number): Part {
  return parts.reduce((sum, { calls, because }) => {
    if (sum.calls === undefined || calls === 0) {
      return sum;
    }
    return calls === undefined
      ? { calls, because }
      : { calls: Math.min(sum.calls + calls, of), because: sum.because ?? because };
  }, NO_RISK);
}

const NO_RISK: Part = { calls: 0, because: undefined };

/** What the best standby says of itself. */
function riskOfMoving(address: Address, { peers }: Evidence, of: number, nowMs: number): Part {
  const best = bestOf(sayingsOf(address, peers, nowMs));
  if (best === undefined) {
    return { calls: undefined, because: 'no standby has said how it is' };
  }
  if (!isReady(best, address)) {
    return { calls: of, because: 'no standby says that it is ready' };
  }
  return {
    calls: best.word.missing[address.name] ?? 0,
    because: 'the standby says that it lacks them',
  };
}

function bestOf(sayings: readonly Saying[]): Saying | undefined {
  return sayings.toSorted((left, right) => compareRanks(left.rank, right.rank))[0];
}

function whyNotReplicated({ store, beat }: Evidence, policy: Policy): string | undefined {
  const { replica, primary } = store;
  if (primary.answers !== true) {
    return 'the Redis primary cannot be reached, so that nothing shows them to be replicated';
  }
  if (replica.answers !== true || replica.link !== 'up') {
    return 'the local Redis replica is not in step, so that nothing shows them to be replicated';
  }
  if (isBeatStuck(beat)) {
    return 'no beat comes through Redis, so that nothing shows them to be replicated';
  }
  const lagMs = replicaLagMs(store);
  const late =
    beat.state === 'unknown'
      ? lagMs !== undefined && lagMs > policy.replicaLagMsMax
      : beatLateSinceMs(beat) !== undefined;
  return late ? 'replication is behind by more than max-lag' : undefined;
}
