// Who of the two parties speaks, told by the tags of a dialogue.

import { RelayError } from '../errors.js';
import {
  otherSide,
  withSide,
  type CallRecord,
  type PartyRecord,
  type SideIndex,
} from './record.js';

/** Forking gives a tag to every telephone that rings; a hunt group has some dozens. */
const TAGS_MAX = 64;

export interface Tags {
  readonly from: string;
  readonly to: string | undefined;
}

/**
 * The side that the sender of an SDP is. Either party may offer again in a running call, and a tag
 * that has not been seen yet belongs to the party opposite the known one.
 */
export function senderOf(
  record: CallRecord,
  sender: string,
  receiver: string | undefined,
): SideIndex {
  const known = sideOf(record, sender);
  if (known !== undefined) {
    return known;
  }
  const opposite = receiver === undefined ? undefined : sideOf(record, receiver);
  if (opposite === undefined) {
    const { callId } = record;
    throw new RelayError('unknown-call', `Unknown from-tag: call ${callId} is another dialogue`);
  }
  return otherSide(opposite);
}

export function sideOf(record: CallRecord, tag: string): SideIndex | undefined {
  const side = record.parties.findIndex(({ tags }) => tags.includes(tag));
  return side === -1 ? undefined : side === 0 ? 0 : 1;
}

/** The parties with this tag known as that of `side`. */
export function withTag(
  parties: CallRecord['parties'],
  side: SideIndex,
  tag: string | undefined,
): CallRecord['parties'] {
  const party = parties[side];
  if (tag === undefined || party.tags.includes(tag)) {
    return parties;
  }
  const tags = [...party.tags, tag].slice(-TAGS_MAX);
  const named: PartyRecord = { ...party, tags };
  return withSide(parties, side, named);
}
