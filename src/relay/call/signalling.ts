// Offer and answer: an SDP comes in from one party, the same session goes out to the other with the
// relay's own addresses in it, and the call's ports stand ready.

import type { SignallingFlags } from '../control/flags.js';
import { RelayError } from '../errors.js';
import type { Interfaces } from '../media/interfaces.js';
import { MediaPair } from '../media/media-pair.js';
import { SidePorts } from '../media/side-ports.js';
import { familyOf } from '../sdp/address.js';
import type { Sdp } from '../sdp/session.js';
import { rewriteSdp, type Facing } from '../sdp/rewrite.js';
import type { Call } from './call.js';
import type { CallBook } from './call-book.js';
import { senderOf, withTag, type Tags } from './parties.js';
import {
  placesOf,
  readSdp,
  refuseIfNothingIsLeft,
  refuseOwnPorts,
  refuseUnreachable,
  type Place,
  type Relayed,
} from './place.js';
import {
  CALL_RECORD_VERSION,
  otherSide,
  withSide,
  type CallRecord,
  type MediaRecord,
  type SideIndex,
} from './record.js';
import {
  answeredSides,
  emptySide,
  facingInAnswer,
  facingInOffer,
  offeredSide,
} from './side-record.js';

export interface SignallingRequest {
  readonly callId: string;
  readonly tags: Tags;
  readonly sdp: string;
  readonly flags: SignallingFlags;
}

type Parties = CallRecord['parties'];

/** One offer while it is worked on. */
interface Offer {
  readonly call: Call;
  readonly sender: SideIndex;
  readonly parties: Parties;
  readonly flags: SignallingFlags;
  /** To be closed again if it comes to nothing. */
  readonly opened: MediaPair[];
}

export class Signalling {
  readonly #book: CallBook;
  readonly #interfaces: Interfaces;

  constructor(book: CallBook, interfaces: Interfaces) {
    this.#book = book;
    this.#interfaces = interfaces;
  }

  /** Returns the SDP for the other party. Throws RelayError, and then nothing has changed. */
  offer(request: SignallingRequest): string {
    const { callId, tags, flags } = request;
    const sdp = readSdp(request.sdp);
    const call = this.#book.find(callId) ?? this.#draft(request);
    const sender = senderOf(call.record, tags.from, tags.to);
    const from = withTag(call.record.parties, sender, tags.from);
    const parties = withTag(from, otherSide(sender), tags.to);
    const offer: Offer = { call, sender, parties, flags, opened: [] };
    try {
      const relayed = placesOf(call, sdp, flags).map((place) =>
        place === null ? null : this.#offerMedia(place, offer),
      );
      refuseIfNothingIsLeft(sdp, relayed);
      this.#commit(call, parties, relayed);
    } catch (error) {
      offer.opened.forEach((pair) => pair.close());
      throw error;
    }
    const receiver = otherSide(sender);
    const facing = facingOf(sdp, call, (media) => facingInOffer(media, receiver, flags));
    return this.#rewrite(sdp, call, { receiver, flags, facing });
  }

  /** As `offer`; the tags are those of the offer, so that the SDP comes from the `to` of them. */
  answer({ callId, tags, sdp: text, flags }: SignallingRequest): string {
    const call = this.#book.find(callId);
    if (call === undefined) {
      throw new RelayError('unknown-call', 'Unknown call-id');
    }
    const sdp = readSdp(text);
    const receiver = senderOf(call.record, tags.from, tags.to);
    const sender = otherSide(receiver);
    const relayed = placesOf(call, sdp, flags).map((place) =>
      place === null ? null : answerMedia(place, sender, flags),
    );
    this.#commit(call, withTag(call.record.parties, sender, tags.to), relayed);
    const facing = facingOf(sdp, call, (media) => facingInAnswer(media, receiver));
    return this.#rewrite(sdp, call, { receiver, flags, facing });
  }

  #draft({ callId, tags, flags }: SignallingRequest): Call {
    const [from, to] = flags.interfaces.map((name) => this.#interfaces.resolve(name));
    const atMs = Date.now();
    const record: CallRecord = {
      version: CALL_RECORD_VERSION,
      callId,
      createdAtMs: atMs,
      signalledAtMs: atMs,
      parties: [
        { tags: [tags.from], interfaceName: from ?? '' },
        { tags: [], interfaceName: to ?? '' },
      ],
      media: [],
    };
    return this.#book.draft(record, { kind: 'own' });
  }

  #offerMedia(place: Place, offer: Offer): Relayed {
    const { media, facts } = place;
    const pair = place.pair ?? this.#open(place, offer);
    const [one, other] = pair.sides;
    const before = place.before?.sides ?? [emptySide(one.local), emptySide(other.local)];
    const side = offeredSide(before[offer.sender], facts, offer.flags);
    refuseUnreachable(side.local, facts);
    const record: MediaRecord = {
      kind: media.kind,
      protocol: media.protocol,
      clockRatesHz: facts.clockRatesHz,
      sides: withSide(before, offer.sender, side),
    };
    return { record, pair };
  }

  #open({ facts }: Place, { call, sender, parties, flags, opened }: Offer): MediaPair {
    const family = familyOf(facts.told.rtp.host);
    const open = (side: SideIndex): SidePorts => {
      const name = parties[side].interfaceName;
      const wish = this.#interfaces.familyFor(name, flags.family ?? family);
      const { host, pool } = this.#interfaces.address(name, side === sender ? family : wish);
      return SidePorts.open(pool, host, call);
    };
    const first = open(0);
    try {
      const pair = new MediaPair([first, open(1)]);
      opened.push(pair);
      return pair;
    } catch (error) {
      first.close();
      throw error;
    }
  }

  #commit(call: Call, parties: Parties, relayed: readonly (Relayed | null)[]): void {
    refuseOwnPorts(relayed);
    const media = relayed.map((each) => each?.record ?? null);
    const record = { ...call.record, parties, media, signalledAtMs: Date.now() };
    const pairs = relayed.map((each) => each?.pair ?? null);
    call.update(record, pairs);
    call.signalledAtMs = performance.now();
    this.#book.keep(call);
  }

  #rewrite(
    sdp: Sdp,
    { record }: Call,
    how: {
      readonly receiver: SideIndex;
      readonly flags: SignallingFlags;
      readonly facing: readonly (Facing | null)[];
    },
  ): string {
    const { receiver, flags, facing } = how;
    const relayed = record.media.find((media) => media !== null);
    // Without a stream there is no address to hide behind, and none that matters.
    const host = relayed?.sides[receiver].local.host ?? this.#interfaces.addresses[0]?.host ?? '::';
    return rewriteSdp(sdp, {
      host: flags.mediaAddress ?? host,
      media: facing,
      replaceOrigin: flags.replace.has('origin'),
      replaceSessionName: flags.replace.has('session name'),
      replaceZeroAddress: flags.replace.has('zero address'),
      writeRtcp: flags.writeRtcp,
    });
  }
}

function answerMedia(place: Place, sender: SideIndex, flags: SignallingFlags): Relayed | null {
  const { before, pair, facts } = place;
  if (before === null || pair === null) {
    return null;
  }
  refuseUnreachable(before.sides[sender].local, facts);
  const sides = answeredSides(before.sides, sender, { facts, flags });
  const clockRatesHz = { ...before.clockRatesHz, ...facts.clockRatesHz };
  return { record: { ...before, clockRatesHz, sides }, pair };
}

function facingOf(
  sdp: Sdp,
  { record }: Call,
  facing: (media: MediaRecord) => Facing,
): readonly (Facing | null)[] {
  return sdp.media.map((_media, index) => {
    const relayed = record.media[index] ?? null;
    return relayed === null ? null : facing(relayed);
  });
}
