// How an SDP changes what is known of the party that sent it. Pure.

import type { SignallingFlags } from '../control/flags.js';
import type { Facing } from '../sdp/rewrite.js';
import type { MediaFacts } from '../sdp/media-facts.js';
import { isUnspecified } from '../sdp/address.js';
import {
  otherSide,
  sameEndpoint,
  withSide,
  type Endpoint,
  type MediaRecord,
  type SideIndex,
  type SideRecord,
} from './record.js';

export function emptySide(local: Endpoint): SideRecord {
  return {
    local,
    told: null,
    learned: { rtp: null, rtcp: null },
    onHold: false,
    rtcpMux: false,
    rtcpMuxOffered: 'no',
    asymmetric: false,
  };
}

export function offeredSide(
  before: SideRecord,
  facts: MediaFacts,
  flags: SignallingFlags,
): SideRecord {
  return { ...told(before, facts, flags), rtcpMuxOffered: muxOffered(facts, flags) };
}

/** Both sides change: only now it is known whether RTP and RTCP share a port towards each. */
export function answeredSides(
  before: MediaRecord['sides'],
  sender: SideIndex,
  answer: { readonly facts: MediaFacts; readonly flags: SignallingFlags },
): MediaRecord['sides'] {
  const { facts, flags } = answer;
  const receiver = otherSide(sender);
  const offerer = before[receiver];
  const agreed = offerer.rtcpMuxOffered === 'yes' && facts.rtcpMux;
  const rtcpMux = offerer.rtcpMuxOffered === 'demux' || agreed;
  const answerer = { ...told(before[sender], facts, flags), rtcpMux: facts.rtcpMux };
  return withSide(withSide(before, receiver, { ...offerer, rtcpMux }), sender, answerer);
}

export function facingInOffer(
  media: MediaRecord,
  receiver: SideIndex,
  flags: SignallingFlags,
): Facing {
  const { port } = media.sides[receiver].local;
  const passedOn = media.sides[otherSide(receiver)].rtcpMuxOffered === 'yes';
  return {
    port,
    rtcpPort: port + 1,
    protocol: flags.protocol ?? media.protocol,
    rtcpMux: passedOn || flags.rtcpMux.has('offer') || flags.rtcpMux.has('require'),
  };
}

/** In the protocol that was offered, whatever the relay made of it towards the answerer. */
export function facingInAnswer({ protocol, sides }: MediaRecord, receiver: SideIndex): Facing {
  const { local, rtcpMux } = sides[receiver];
  return { port: local.port, rtcpPort: rtcpMux ? local.port : local.port + 1, protocol, rtcpMux };
}

function told(before: SideRecord, facts: MediaFacts, flags: SignallingFlags): SideRecord {
  const { told: now, onHold } = facts;
  const { asymmetric } = flags;
  const stands = before.told !== null && staysWhereItIs(before.told.rtp, now.rtp);
  const learned = stands ? before.learned : { rtp: null, rtcp: null };
  return { ...before, told: now, onHold, asymmetric, learned };
}

/** A party on hold names no address; it is still where it was. */
function staysWhereItIs(before: Endpoint, now: Endpoint): boolean {
  return sameEndpoint(before, now) || isUnspecified(before.host) || isUnspecified(now.host);
}

function muxOffered(facts: MediaFacts, { rtcpMux }: SignallingFlags): SideRecord['rtcpMuxOffered'] {
  if (!facts.rtcpMux || rtcpMux.has('reject')) {
    return 'no';
  }
  return rtcpMux.has('demux') || rtcpMux.has('accept') ? 'demux' : 'yes';
}
