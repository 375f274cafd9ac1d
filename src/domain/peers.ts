// What the peers say of themselves. A word that is too old says nothing any more: its host is
// unknown then, never dead. What a peer says may demote nobody and withdraw nobody by itself; it
// only allows a host that is sure of its own trouble to let go of an address.

import type { PeerObservation, PeerWord } from './evidence.js';
import type { Policy } from './policy.js';
import type { Rank } from './rank.js';
import type { Vip } from './route.js';

/** By node. */
export type PeersEvidence = Readonly<Record<string, HeardPeer>>;

export interface HeardPeer {
  readonly word: PeerWord;
  readonly heardAtMs: number;
  /** The word is known to have been made after this time on our clock. */
  readonly madeAfterMs: number | undefined;
}

export const NO_PEERS: PeersEvidence = {};

/** Words are told once a second and read once a second; one may be lost on the way. */
export const WORD_AGE_MS_MAX = 3_500;

/** An answer that allows a withdrawal is no older than this. */
const ANSWER_AGE_MS_MAX = 1_000;

/**
 * Two ways lead to a word, so that an older one may arrive after a newer one. A number that fell
 * is believed only from a node that has been unheard of: it counts anew, or its clock was set back.
 */
export function foldPeers(evidence: PeersEvidence, seen: PeerObservation): PeersEvidence {
  const { node, word, atMs } = seen;
  const known = evidence[node];
  const fell = known !== undefined && word.sequence < known.word.sequence;
  if (fell && isFresh(known, atMs)) {
    return evidence;
  }
  // Whatever comes after an answer was made after the question as well.
  const madeAfterMs = seen.madeAfterMs ?? (fell ? undefined : known?.madeAfterMs);
  return { ...evidence, [node]: { word, heardAtMs: atMs, madeAfterMs } };
}

/** A VIP as every host knows it: two homes may call their own VIPs alike. */
export interface Address {
  readonly name: string;
  readonly home: string;
  readonly standbys: number;
}

export function addressOf({ name, role }: Vip, { node }: Policy): Address {
  return { name, home: role.kind === 'home' ? node : role.of, standbys: role.standbys };
}

/** A word about one address, and the rank that it names. */
export interface Saying {
  readonly node: string;
  readonly word: PeerWord;
  readonly rank: Rank;
}

/** What is said of this address, by words that are not too old. */
export function sayingsOf(
  address: Address,
  peers: PeersEvidence,
  nowMs: number,
): readonly Saying[] {
  return Object.entries(peers).flatMap(([node, peer]) => {
    const rank = rankOf(address, node, peer.word);
    return rank === undefined || !isFresh(peer, nowMs) ? [] : [{ node, word: peer.word, rank }];
  });
}

/**
 * What is said of this address by peers that are well, although our own relay has been unwell since
 * `sinceMs`: they said so after that time, of their own state. So of hosts that fall ill for a cause
 * that they share, the last one to notice finds nobody who is well: they never all let go.
 */
function answersOf(
  peers: PeersEvidence,
  address: Address,
  { sinceMs, nowMs }: Since,
): readonly Saying[] {
  const answered = Object.entries(peers).filter(
    ([, { word, heardAtMs, madeAfterMs = -Infinity }]) =>
      madeAfterMs >= sinceMs && nowMs - heardAtMs <= ANSWER_AGE_MS_MAX && word.well === true,
  );
  return sayingsOf(address, Object.fromEntries(answered), nowMs);
}

interface Since {
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** A peer has answered since then that it carries this address. */
export function isCarriedBy(peers: PeersEvidence, address: Address, time: Since): boolean {
  return answersOf(peers, address, time).some(({ word, rank }) => carries(word, rank));
}

/** A peer has answered since then that it would carry the calls of this address on. */
export function isReadyAt(peers: PeersEvidence, address: Address, time: Since): boolean {
  return answersOf(peers, address, time).some((saying) => isReady(saying, address));
}

/** Whether anybody else announces this address with a relay that lives, as far as it is known. */
export function othersCarry(
  address: Address,
  peers: PeersEvidence,
  nowMs: number,
): 'yes' | 'no' | 'unknown' {
  const sayings = sayingsOf(address, peers, nowMs);
  if (sayings.some(({ word, rank }) => carries(word, rank))) {
    return 'yes';
  }
  // A home has as many others as it has standbys; so has each standby: the home in its own place.
  return sayings.length >= address.standbys ? 'no' : 'unknown';
}

/** The rank that this node says it has for the address; undefined when it does not speak of it. */
export function rankOf({ name, home }: Address, node: string, word: PeerWord): Rank | undefined {
  return word.vips.find((vip) => vip.name === name && (vip.of ?? node) === home)?.rank;
}

/** The peer says that it could carry the calls of this address on, as a standby. */
export function isReady({ word, rank }: Saying, { standbys }: Address): boolean {
  return carries(word, rank) && Number(rank) <= standbys;
}

function carries(word: PeerWord, rank: Rank | undefined): boolean {
  return word.relay === 'alive' && word.well !== false && typeof rank === 'number';
}

function isFresh({ heardAtMs }: HeardPeer, nowMs: number): boolean {
  return nowMs - heardAtMs <= WORD_AGE_MS_MAX;
}
