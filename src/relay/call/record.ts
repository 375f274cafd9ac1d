// A call as plain data: what a peer needs to carry it on, and nothing that only this process can
// use. Records are immutable; a change makes a new one.

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The party that offered first is side 0, the one that answered is side 1, for the call's life. */
export type SideIndex = 0 | 1;

export type Pair<T> = readonly [T, T];

/** The version that this program writes; a peer that reads another must leave the call alone. */
export const CALL_RECORD_VERSION = 1;

export interface CallRecord {
  readonly version: typeof CALL_RECORD_VERSION;
  readonly callId: string;
  /** Milliseconds since 1970: the one clock that a peer shares. */
  readonly createdAtMs: number;
  readonly signalledAtMs: number;
  readonly parties: Pair<PartyRecord>;
  /** In the order of the SDP. Null where a stream was refused or is not relayed. */
  readonly media: readonly (MediaRecord | null)[];
}

export interface PartyRecord {
  /** A forked call is answered under several tags; all of them are this party. */
  readonly tags: readonly string[];
  /** The name of the relay's interface that faces this party. */
  readonly interfaceName: string;
}

export interface MediaRecord {
  /** `audio`, `video`. */
  readonly kind: string;
  /** `RTP/AVP`, `RTP/AVPF`. */
  readonly protocol: string;
  /** RTP clock rates by payload type, for jitter in milliseconds. */
  readonly clockRatesHz: Readonly<Record<string, number>>;
  readonly sides: Pair<SideRecord>;
}

/** One side of a media stream: the relay's ports that face a party, and that party's own. */
export interface SideRecord {
  /** RTP on `port`, RTCP on the next one. Both are bound while the call lives. */
  readonly local: Endpoint;
  /** Where the party's SDP says that it listens; null while it has not said so, or holds. */
  readonly told: PortPair | null;
  /** Where its packets really come from. */
  readonly learned: { readonly rtp: Endpoint | null; readonly rtcp: Endpoint | null };
  /** Its SDP asks for anything but media both ways, so that silence means nothing. */
  readonly onHold: boolean;
  /** RTP and RTCP share a port towards this party. */
  readonly rtcpMux: boolean;
  /** Whether this party offered so: `demux` when it gets it whatever the other party says. */
  readonly rtcpMuxOffered: 'no' | 'yes' | 'demux';
  /** Send to where the SDP says, whatever address the party's packets come from. */
  readonly asymmetric: boolean;
}

export interface PortPair {
  readonly rtp: Endpoint;
  readonly rtcp: Endpoint;
}

export function otherSide(side: SideIndex): SideIndex {
  return side === 0 ? 1 : 0;
}

export function sameEndpoint(one: Endpoint | null, other: Endpoint | null): boolean {
  return one?.host === other?.host && one?.port === other?.port;
}

/** The pair with one of its two replaced. */
export function withSide<T>(pair: Pair<T>, side: SideIndex, value: T): Pair<T> {
  return side === 0 ? [value, pair[1]] : [pair[0], value];
}
