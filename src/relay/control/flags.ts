// The keys and flags of an offer or answer, as Kamailio's rtpengine module sends them. They come
// as keys (`ICE: remove`), as lists (`replace: [origin]`) and as words in `flags`; dashes and spaces
// mean the same.

import { isDict } from '../../ng/message.js';
import type { NgDict, NgValue } from '../../ng/bencode.js';
import { RelayError } from '../errors.js';
import { canonicalAddress } from '../sdp/address.js';

export interface SignallingFlags {
  /** Interface names: of the sender of this SDP, and of the party it is meant for. */
  readonly interfaces: readonly [string | undefined, string | undefined];
  readonly family: 4 | 6 | undefined;
  readonly protocol: 'RTP/AVP' | 'RTP/AVPF' | undefined;
  /** Where the sender's media comes from in truth, when its SDP is not to be trusted. */
  readonly sourceHost: string | undefined;
  /** Written into the SDP in place of the relay's own address. */
  readonly mediaAddress: string | undefined;
  readonly rtcpMux: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
  readonly asymmetric: boolean;
  readonly writeRtcp: boolean;
  /** What was asked for and is not done, harmless as that is; goes back as `warning`. */
  readonly ignored: readonly string[];
}

const IGNORED: ReadonlySet<string> = new Set([
  ...['generate rtcp', 'loop protect', 'inject dtmf', 'detect dtmf', 'mirror rtcp'],
  ...['unidirectional', 'no redis update', 'early media', 'tos'],
]);

/** Read everything that could ask for what this relay cannot do, before anything is changed. */
export function readFlags(command: NgDict): SignallingFlags {
  const keys = normaliseKeys(command);
  const words = new Set(wordsOf(keys['flags']).map(normalise));
  refuseUnsupported(keys, words);
  const direction = listOf(keys['direction']);
  return {
    interfaces: [
      textOf(keys['from interface']) ?? direction[0],
      textOf(keys['to interface']) ?? direction[1] ?? direction[0],
    ],
    family: readFamily(textOf(keys['address family'])),
    protocol: readProtocol(textOf(keys['transport protocol'])),
    sourceHost: words.has('sip source address') ? receivedFrom(keys) : undefined,
    mediaAddress: readMediaAddress(textOf(keys['media address'])),
    rtcpMux: new Set(wordsOf(keys['rtcp mux']).map(normalise)),
    replace: new Set(wordsOf(keys['replace']).map(normalise)),
    asymmetric: words.has('asymmetric'),
    writeRtcp: !words.has('no rtcp attribute'),
    ignored: [...words, ...Object.keys(keys)].filter((word) => IGNORED.has(word)),
  };
}

const REFUSED_WORDS: Readonly<Record<string, string>> = {
  'always transcode': 'transcoding',
  'record call': 'recording',
  siprec: 'recording',
  'trickle ice': 'ICE',
};
const RECORD_ON: ReadonlySet<string> = new Set(['on', 'yes', 'true', '1']);
const ICE_HARMLESS: ReadonlySet<string> = new Set(['remove', 'default', 'optional']);

function refuseUnsupported(keys: NgDict, words: ReadonlySet<string>): void {
  const word = [...words].find((each) => REFUSED_WORDS[each] !== undefined);
  if (word !== undefined) {
    throw unsupported(REFUSED_WORDS[word] ?? '', `flag ${word}`);
  }
  const ice = textOf(keys['ice']);
  if (ice !== undefined && !ICE_HARMLESS.has(normalise(ice))) {
    throw unsupported('ICE', `ICE=${ice}`);
  }
  if (RECORD_ON.has(normalise(textOf(keys['record call']) ?? ''))) {
    throw unsupported('recording', 'record-call');
  }
  const codec = keys['codec'];
  if (isDict(codec) && Object.values(codec).some((each) => wordsOf(each).length > 0)) {
    throw unsupported(
      'transcoding and changing of codecs',
      `codec ${Object.keys(codec).join(', ')}`,
    );
  }
  if (keys['ptime'] !== undefined) {
    throw unsupported('transcoding', 'ptime');
  }
}

function unsupported(what: string, asked: string): RelayError {
  return new RelayError('unsupported', `${what} is not supported (${asked})`);
}

function readFamily(text: string | undefined): 4 | 6 | undefined {
  switch (text?.toUpperCase()) {
    case undefined:
      return undefined;
    case 'IP4':
      return 4;
    case 'IP6':
      return 6;
    default:
      throw malformed('address-family', 'IP4 or IP6', text);
  }
}

function readProtocol(text: string | undefined): SignallingFlags['protocol'] {
  if (text === undefined || text === 'RTP/AVP' || text === 'RTP/AVPF') {
    return text;
  }
  throw unsupported(/SAVP/.test(text) ? 'SRTP' : 'this protocol', `transport-protocol ${text}`);
}

function readMediaAddress(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : canonicalAddress(text);
  if (text !== undefined && address === undefined) {
    throw malformed('media-address', 'a literal address', text);
  }
  return address;
}

/** `[IP4, 192.0.2.1]` */
function receivedFrom(keys: NgDict): string | undefined {
  const [, text = ''] = listOf(keys['received from']);
  const address = canonicalAddress(text);
  if (address === undefined) {
    throw malformed(
      'received-from',
      'a literal address, since SIP-source-address is asked for',
      text,
    );
  }
  return address;
}

function malformed(key: string, expected: string, got: string | undefined): RelayError {
  return new RelayError('malformed', `${key}: expected ${expected}, got ${JSON.stringify(got)}`);
}

function normaliseKeys(command: NgDict): NgDict {
  return Object.fromEntries(Object.entries(command).map(([key, value]) => [normalise(key), value]));
}

function normalise(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, ' ');
}

function textOf(value: NgValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listOf(value: NgValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === 'string')
    : [];
}

/** A list of words, or one word. */
function wordsOf(value: NgValue | undefined): readonly string[] {
  return typeof value === 'string'
    ? value.split(/\s+/).filter((word) => word !== '')
    : listOf(value);
}
