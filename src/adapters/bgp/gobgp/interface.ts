// gobgp.proto, loaded once and given its types. The loader's objects fit messages.ts because both
// follow the same file; this is the only place that takes that on trust.

import { fileURLToPath } from 'node:url';

import { loadSync } from '@grpc/proto-loader';

import {
  TABLE_GLOBAL,
  type AddPathRequest,
  type AsPathAttribute,
  type CommunitiesAttribute,
  type DisablePeerRequest,
  type EnablePeerRequest,
  type DeletePathRequest,
  type Family,
  type IpAddressPrefix,
  type ListPathReply,
  type ListPathRequest,
  type ListPeerReply,
  type LocalPrefAttribute,
  type MpReachNLRIAttribute,
  type MultiExitDiscAttribute,
  type NextHopAttribute,
  type OriginAttribute,
  type Packed,
  type PathToSend,
  type WatchEventReply,
  type WatchEventRequest,
} from './messages.js';

export interface Method<Request, Reply> {
  readonly originalName: string;
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Reply;
}

interface Service {
  readonly WatchEvent: Method<WatchEventRequest, WatchEventReply>;
  readonly ListPeer: Method<object, ListPeerReply>;
  readonly AddPath: Method<AddPathRequest, object>;
  readonly DeletePath: Method<DeletePathRequest, object>;
  readonly ListPath: Method<ListPathRequest, ListPathReply>;
  readonly EnablePeer: Method<EnablePeerRequest, object>;
  readonly DisablePeer: Method<DisablePeerRequest, object>;
}

/** The messages that travel packed inside a path. */
interface Packable {
  readonly IPAddressPrefix: IpAddressPrefix;
  readonly OriginAttribute: OriginAttribute;
  readonly AsPathAttribute: AsPathAttribute;
  readonly NextHopAttribute: NextHopAttribute;
  readonly MultiExitDiscAttribute: MultiExitDiscAttribute;
  readonly LocalPrefAttribute: LocalPrefAttribute;
  readonly CommunitiesAttribute: CommunitiesAttribute;
  readonly MpReachNLRIAttribute: MpReachNLRIAttribute;
}

type Codecs = {
  readonly [Name in keyof Packable]: {
    serialize(value: Packable[Name]): Buffer;
    deserialize(bytes: Buffer): Packable[Name];
  };
};

const TYPE_URL = 'type.googleapis.com/apipb.';

const definitions = loadSync(fileURLToPath(new URL('./gobgp.proto', import.meta.url)), {
  defaults: true,
  longs: Number,
});

export const service = definitions['apipb.GobgpApi'] as unknown as Service;

const codecs = Object.fromEntries(
  Object.entries(definitions).map(([name, definition]) => [name.replace('apipb.', ''), definition]),
) as unknown as Codecs;

/** A command, encoded ahead: the first encoding takes 3 ms, which a withdrawal does not have. */
export interface Command {
  readonly call: 'AddPath' | 'DeletePath' | 'GetBgp' | 'EnablePeer' | 'DisablePeer';
  readonly bytes: Buffer;
}

/** The daemon's own AS and router id; the request is empty. */
export const GET_BGP: Command = { call: 'GetBgp', bytes: Buffer.alloc(0) };

export function addPath(path: PathToSend): Command {
  const request = { tableType: TABLE_GLOBAL, path } as const;
  return { call: 'AddPath', bytes: service.AddPath.requestSerialize(request) };
}

export function deletePath(family: Family, path: PathToSend): Command {
  const request = { tableType: TABLE_GLOBAL, family, path } as const;
  return { call: 'DeletePath', bytes: service.DeletePath.requestSerialize(request) };
}

export function enablePeer(address: string): Command {
  return { call: 'EnablePeer', bytes: service.EnablePeer.requestSerialize({ address }) };
}

export function disablePeer(address: string, communication: string): Command {
  const request = { address, communication };
  return { call: 'DisablePeer', bytes: service.DisablePeer.requestSerialize(request) };
}

export function pack<Name extends keyof Packable>(name: Name, value: Packable[Name]): Packed {
  return { typeUrl: `${TYPE_URL}${name}`, value: codecs[name].serialize(value) };
}

/** The message when it is one of this name, else undefined. */
export function unpack<Name extends keyof Packable>(
  name: Name,
  packed: Packed | null,
): Packable[Name] | undefined {
  return packed?.typeUrl === `${TYPE_URL}${name}`
    ? codecs[name].deserialize(packed.value)
    : undefined;
}
