// The canary call in rtpengine's answer to `query`.

import { isDict } from '../../../ng/message.js';
import type { NgDict, NgValue } from '../../../ng/bencode.js';
import type { EndPorts, RelayPorts } from './ends.js';
import type { MediaAddress } from './sdp.js';

/** A call as the relay holds it. */
export interface StandingCall {
  readonly ends: EndPorts;
  readonly relay: RelayPorts;
  /** Packets of the speaker have reached the relay. */
  readonly carried: boolean;
}

/** What a canary call looks like: both its ends on this host, under these tags. */
export interface Shape {
  readonly host: string;
  readonly speaker: string;
  readonly listener: string;
}

/** Undefined when what stands is not of our make. */
export function standingCallIn(reply: NgDict, shape: Shape): StandingCall | undefined {
  const speaker = partyIn(reply, shape.speaker);
  const listener = partyIn(reply, shape.listener);
  return speaker?.end.host !== shape.host || listener?.end.host !== shape.host
    ? undefined
    : {
        ends: { speaker: speaker.end.port, listener: listener.end.port },
        relay: { speaker: speaker.relay, listener: listener.relay },
        carried: speaker.carried,
      };
}

export function listIn(value: NgValue | undefined): readonly NgValue[] {
  return Array.isArray(value) ? (value as readonly NgValue[]) : [];
}

interface Party {
  readonly end: MediaAddress;
  readonly relay: MediaAddress;
  readonly carried: boolean;
}

/** One party's first stream. */
function partyIn(reply: NgDict, tag: string): Party | undefined {
  const media = firstIn(dictAt(dictAt(reply, 'tags'), tag), 'medias');
  const stream = firstIn(media, 'streams');
  const endpoint = dictAt(stream, 'endpoint');
  const end = placeIn(endpoint?.['address'], endpoint?.['port']);
  const relay = placeIn(stream?.['local address'], stream?.['local port']);
  const packets = dictAt(stream, 'stats')?.['packets'];
  const carried = typeof packets === 'number' && packets > 0;
  return end === undefined || relay === undefined ? undefined : { end, relay, carried };
}

function placeIn(host: NgValue | undefined, port: NgValue | undefined): MediaAddress | undefined {
  return typeof host === 'string' && typeof port === 'number' ? { host, port } : undefined;
}

function dictAt(dict: NgDict | undefined, key: string): NgDict | undefined {
  const value = dict?.[key];
  return isDict(value) ? value : undefined;
}

function firstIn(dict: NgDict | undefined, key: string): NgDict | undefined {
  const value = listIn(dict?.[key])[0];
  return isDict(value) ? value : undefined;
}
