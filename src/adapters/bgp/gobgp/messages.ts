// The messages of gobgp.proto as the loader turns them into objects: names in camel case, enums as
// numbers, an absent message as null and everything else that is absent at its default.
// In v3 every enum starts at a usable 0; GoBGP 4 has shifted them by one.

export interface Packed {
  readonly typeUrl: string;
  readonly value: Buffer;
}

export const AFI_IP = 1;
export const AFI_IP6 = 2;
export const SAFI_UNICAST = 1;

export interface Family {
  readonly afi: number;
  readonly safi: number;
}

export interface Path {
  readonly nlri: Packed | null;
  readonly pattrs: readonly Packed[];
  readonly isWithdraw: boolean;
  readonly family: Family | null;
  readonly sourceId: string;
  readonly neighborIp: string;
}

/** What we say of a path: never a source or an identifier, which would make it undeletable. */
export type PathToSend = Pick<Path, 'nlri' | 'pattrs' | 'isWithdraw' | 'family'>;

export const TABLE_GLOBAL = 0;
export const TABLE_ADJ_OUT = 3;

export interface AddPathRequest {
  readonly tableType: typeof TABLE_GLOBAL;
  readonly path: PathToSend;
}

/** `path` is not optional: a DeletePath without one deletes every path that was ever added. */
export interface DeletePathRequest {
  readonly tableType: typeof TABLE_GLOBAL;
  readonly family: Family;
  readonly path: PathToSend;
}

export interface ListPathRequest {
  readonly tableType: typeof TABLE_GLOBAL | typeof TABLE_ADJ_OUT;
  /** The neighbour's address for the adj-RIB-out, else empty. */
  readonly name: string;
  readonly family: Family;
  readonly prefixes: readonly { readonly prefix: string; readonly type: 0 }[];
}

export interface ListPathReply {
  readonly destination: { readonly prefix: string; readonly paths: readonly Path[] } | null;
}

export interface Peer {
  readonly state: {
    readonly localAsn: number;
    readonly neighborAddress: string;
    readonly peerAsn: number;
    readonly sessionState: number;
    readonly adminState: number;
  } | null;
}

export interface ListPeerReply {
  readonly peer: Peer | null;
}

export const ADMIN_DOWN = 1;

export interface EnablePeerRequest {
  readonly address: string;
}

/** `communication` is sent to the neighbour (RFC 9003). */
export interface DisablePeerRequest {
  readonly address: string;
  readonly communication: string;
}

export const FILTER_BEST = 0;

export interface WatchEventRequest {
  readonly peer: Record<string, never>;
  readonly table: {
    readonly filters: readonly { readonly type: number; readonly init: boolean }[];
  };
}

/** One of the two is set. */
export interface WatchEventReply {
  readonly peer?: { readonly type: number; readonly peer: Peer | null } | null;
  readonly table?: { readonly paths: readonly Path[] } | null;
}

export interface IpAddressPrefix {
  readonly prefixLen: number;
  readonly prefix: string;
}

export interface OriginAttribute {
  readonly origin: number;
}

export const AS_SEQUENCE = 2;

export interface AsPathAttribute {
  readonly segments: readonly { readonly type: number; readonly numbers: readonly number[] }[];
}

export interface NextHopAttribute {
  readonly nextHop: string;
}

export interface MultiExitDiscAttribute {
  readonly med: number;
}

export interface LocalPrefAttribute {
  readonly localPref: number;
}

export interface CommunitiesAttribute {
  readonly communities: readonly number[];
}

export interface MpReachNLRIAttribute {
  readonly nextHops: readonly string[];
}
