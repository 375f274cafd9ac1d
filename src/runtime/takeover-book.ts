// Remembers the last time that a home let go of a VIP that this host stands by for, and holds what
// the home had said before against what the own relay held afterwards.

import { countCalls } from '../domain/call-count.js';
import type { PeerWord } from '../domain/evidence.js';
import type { State } from '../domain/machine.js';
import { addressOf, rankOf, type Address } from '../domain/peers.js';
import type { Policy } from '../domain/policy.js';

export interface Takeover {
  readonly vip: string;
  readonly from: string;
  /** When the word came that says so, on our clock. */
  readonly atMs: number;
  /** What the home says of its relay now. */
  readonly relay: PeerWord['relay'];
  /** The home's own calls by its last word before; undefined when it did not count them. */
  readonly callsBefore: number | undefined;
  /** How many of them it said to be at risk; undefined when it did not know. */
  readonly atRiskSaid: number | undefined;
  /** What the own relay held of them at its first count since; undefined until then. */
  readonly callsHeld: number | undefined;
}

export class TakeoverBook {
  readonly #watched: readonly Address[];
  #last: Takeover | undefined;

  constructor(policy: Policy) {
    this.#watched = policy.vips
      .filter(({ role }) => role.kind === 'standby')
      .map((vip) => addressOf(vip, policy));
  }

  get last(): Takeover | undefined {
    return this.#last;
  }

  note(before: State, after: State): void {
    if (before.evidence.peers !== after.evidence.peers) {
      const found = this.#watched.map((each) => takeoverOf(each, before, after));
      this.#last = found.find((each) => each !== undefined) ?? this.#last;
    }
    if (before.evidence.relay.sessions !== after.evidence.relay.sessions) {
      this.#count(after);
    }
  }

  /** Foreign calls belong to the one home only where this host stands by for no other. */
  #count({ evidence }: State): void {
    const last = this.#last;
    const countedAtMs = evidence.relay.sessions?.atMs ?? -Infinity;
    const homes = new Set(this.#watched.map(({ home }) => home));
    if (last === undefined || last.callsHeld !== undefined || homes.size !== 1) {
      return;
    }
    if (countedAtMs > last.atMs) {
      this.#last = { ...last, callsHeld: countCalls(evidence)?.foreign };
    }
  }
}

/** The home announced the VIP with its best rank, and does no longer. */
function takeoverOf(
  address: Address,
  { evidence: { peers: before } }: State,
  { evidence: { peers: after } }: State,
): Takeover | undefined {
  const { name: vip, home } = address;
  const [earlier, later] = [before[home], after[home]];
  if (earlier === undefined || later === undefined || earlier === later) {
    return undefined;
  }
  const rank = rankOf(address, home, later.word);
  if (rankOf(address, home, earlier.word) !== 0 || rank === undefined || rank === 0) {
    return undefined;
  }
  return {
    vip,
    from: home,
    atMs: later.heardAtMs,
    relay: later.word.relay,
    callsBefore: earlier.word.sessions?.own,
    atRiskSaid: earlier.word.atRisk,
    callsHeld: undefined,
  };
}
