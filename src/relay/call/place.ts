// The media of an SDP beside what the call has in the same places.

import type { SignallingFlags } from '../control/flags.js';
import { RelayError } from '../errors.js';
import type { MediaPair } from '../media/media-pair.js';
import { familyOf, isUnspecified } from '../sdp/address.js';
import { factsOf, isRelayed, refuseUnsupported, type MediaFacts } from '../sdp/media-facts.js';
import { parseSdp, type Sdp, type SdpMedia } from '../sdp/session.js';
import type { Call } from './call.js';
import { sameEndpoint, type Endpoint, type MediaRecord } from './record.js';

export interface Place {
  readonly media: SdpMedia;
  readonly facts: MediaFacts;
  readonly before: MediaRecord | null;
  readonly pair: MediaPair | null;
}

/** A stream with the ports that carry it. */
export interface Relayed {
  readonly record: MediaRecord;
  readonly pair: MediaPair;
}

/** Throws RelayError for what cannot be read and for what this relay would break. */
export function readSdp(text: string): Sdp {
  const sdp = parseSdp(text);
  sdp.media.forEach(refuseUnsupported);
  return sdp;
}

/** Null for a stream that is refused, or of a kind that is not relayed. */
export function placesOf(call: Call, sdp: Sdp, flags: SignallingFlags): readonly (Place | null)[] {
  return sdp.media.map((media, index) =>
    isRelayed(media)
      ? {
          media,
          facts: factsOf(media, sdp.session, flags.sourceHost),
          before: call.record.media[index] ?? null,
          pair: call.media[index] ?? null,
        }
      : null,
  );
}

/** A session of which nothing can be relayed is refused; refusing single streams is SDP's own way. */
export function refuseIfNothingIsLeft(sdp: Sdp, relayed: readonly (Relayed | null)[]): void {
  const wanted = sdp.media.filter(({ port }) => port !== 0);
  if (wanted.length > 0 && relayed.every((each) => each === null)) {
    const what = wanted.map(({ kind, protocol }) => `m=${kind} ${protocol}`).join(', ');
    throw new RelayError('unsupported', `Only audio and video over RTP are relayed, got ${what}`);
  }
}

/** What a party says of itself must be something that this port can send to. */
export function refuseUnreachable(local: Endpoint, { told }: MediaFacts): void {
  for (const endpoint of [told.rtp, told.rtcp]) {
    if (!isUnspecified(endpoint.host) && familyOf(endpoint.host) !== familyOf(local.host)) {
      const from = `the relay's side of this call is on ${local.host}`;
      throw new RelayError('no-interface', `Address family: ${from}, got ${endpoint.host}`);
    }
  }
}

/** Packets sent to a port of the same call would go round for ever. */
export function refuseOwnPorts(relayed: readonly (Relayed | null)[]): void {
  const sides = relayed.flatMap((each) => each?.record.sides ?? []);
  const locals = sides.flatMap(({ local }) => [local, { ...local, port: local.port + 1 }]);
  const told = sides.flatMap((side) => (side.told === null ? [] : [side.told.rtp, side.told.rtcp]));
  const loop = told.find((endpoint) => locals.some((local) => sameEndpoint(local, endpoint)));
  if (loop !== undefined) {
    const name = `${loop.host}:${loop.port}`;
    throw new RelayError('malformed', `${name} is a port of this relay for the same call`);
  }
}
