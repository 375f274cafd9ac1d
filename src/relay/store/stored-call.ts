// A call as it stands in Redis: JSON under its Call-ID. Whoever reads it trusts nothing in it.

import type { CallRecord, Endpoint, MediaRecord, Pair, SideRecord } from '../call/record.js';
import { CALL_RECORD_VERSION } from '../call/record.js';
import { canonicalAddress } from '../sdp/address.js';

export interface StoredCall {
  /** Grows with every write of the call, whoever writes: an older one never replaces a newer one. */
  readonly revision: number;
  /** When media was last heard by a relay that carries the call for its home, in ms since 1970. */
  readonly heardAtMs: number;
  readonly call: CallRecord;
}

/** Longer texts are no calls of this program. */
const TEXT_LENGTH_MAX = 65_536;
const MEDIA_MAX = 32;
const TAGS_MAX = 64;
const NAME_LENGTH_MAX = 512;
const PORT_MAX = 65_535;

export function writeStoredCall(stored: StoredCall): string {
  return JSON.stringify(stored);
}

/** Throws an Error that says what was expected and what came. */
export function readStoredCall(text: string): StoredCall {
  if (text.length > TEXT_LENGTH_MAX) {
    throw new Error(`expected a call of at most ${TEXT_LENGTH_MAX} characters, got ${text.length}`);
  }
  const stored = dict(JSON.parse(text), 'a stored call');
  return {
    revision: count(stored['revision'], 'revision'),
    heardAtMs: count(stored['heardAtMs'], 'heardAtMs'),
    call: readCall(dict(stored['call'], 'call')),
  };
}

type Dict = Readonly<Record<string, unknown>>;

function readCall(call: Dict): CallRecord {
  if (call['version'] !== CALL_RECORD_VERSION) {
    refuse(`version ${CALL_RECORD_VERSION}`, call['version']);
  }
  return {
    version: CALL_RECORD_VERSION,
    callId: name(call['callId'], 'callId'),
    createdAtMs: count(call['createdAtMs'], 'createdAtMs'),
    signalledAtMs: count(call['signalledAtMs'], 'signalledAtMs'),
    parties: pair(call['parties'], 'parties', (party) => ({
      tags: list(party['tags'], 'tags', TAGS_MAX).map((tag) => name(tag, 'a tag')),
      interfaceName: name(party['interfaceName'], 'interfaceName'),
    })),
    media: list(call['media'], 'media', MEDIA_MAX).map((media) =>
      media === null ? null : readMedia(dict(media, 'a stream')),
    ),
  };
}

function readMedia(media: Dict): MediaRecord {
  const rates = dict(media['clockRatesHz'], 'clockRatesHz');
  return {
    kind: name(media['kind'], 'kind'),
    protocol: name(media['protocol'], 'protocol'),
    clockRatesHz: Object.fromEntries(
      Object.entries(rates).map(([type, rate]) => [type, count(rate, 'a clock rate')]),
    ),
    sides: pair(media['sides'], 'sides', readSide),
  };
}

function readSide(side: Dict): SideRecord {
  const learned = dict(side['learned'], 'learned');
  const told = side['told'] === null ? null : dict(side['told'], 'told');
  const offered = side['rtcpMuxOffered'];
  if (offered !== 'no' && offered !== 'yes' && offered !== 'demux') {
    return refuse('no, yes or demux as rtcpMuxOffered', offered);
  }
  return {
    local: endpoint(side['local'], 'local'),
    told:
      told === null
        ? null
        : { rtp: endpoint(told['rtp'], 'told.rtp'), rtcp: endpoint(told['rtcp'], 'told.rtcp') },
    learned: {
      rtp: endpointOrNull(learned['rtp'], 'learned.rtp'),
      rtcp: endpointOrNull(learned['rtcp'], 'learned.rtcp'),
    },
    onHold: yesOrNo(side['onHold'], 'onHold'),
    rtcpMux: yesOrNo(side['rtcpMux'], 'rtcpMux'),
    rtcpMuxOffered: offered,
    asymmetric: yesOrNo(side['asymmetric'], 'asymmetric'),
  };
}

function dict(value: unknown, what: string): Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Dict)
    : refuse(what, value);
}

function list(value: unknown, what: string, max: number): readonly unknown[] {
  return Array.isArray(value) && value.length <= max
    ? (value as readonly unknown[])
    : refuse(`up to ${max} ${what}`, value);
}

function pair<T>(value: unknown, what: string, read: (each: Dict) => T): Pair<T> {
  const [one, other, ...more] = list(value, what, 2);
  return more.length === 0 ? [read(dict(one, what)), read(dict(other, what))] : refuse(what, value);
}

function name(value: unknown, what: string): string {
  return typeof value === 'string' && value.length <= NAME_LENGTH_MAX ? value : refuse(what, value);
}

function count(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(`a whole number as ${what}`, value);
}

function yesOrNo(value: unknown, what: string): boolean {
  return typeof value === 'boolean' ? value : refuse(`true or false as ${what}`, value);
}

function endpointOrNull(value: unknown, what: string): Endpoint | null {
  return value === null ? null : endpoint(value, what);
}

function endpoint(value: unknown, what: string): Endpoint {
  const { host, port } = dict(value, what);
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0;
  return typeof host === 'string' && canonicalAddress(host) === host && isPort && port <= PORT_MAX
    ? { host, port }
    : refuse(`an address and a port as ${what}`, value);
}

const GOT_LENGTH_MAX = 80;

function refuse(expected: string, got: unknown): never {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, GOT_LENGTH_MAX);
  throw new Error(`expected ${expected}, got ${shown}`);
}
