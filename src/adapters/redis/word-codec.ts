// Words of sidecars as they stand in Redis: JSON, written by us, read from strangers. A word of a
// later version may have more fields; one that lacks a field, or has nonsense in it, is none at all.

import type { PeerWord } from '../../domain/evidence.js';
import { detailOf } from '../detail.js';

/** In Holdline's own database, the name of the node behind it. */
export const WORD_KEY = 'holdline:peer:';

/** 64 VIPs with the longest names fit twice. */
export const WORD_BYTES_MAX = 16_384;

const ITEMS_MAX = 64;
const TEXT_LENGTH_MAX = 64;
const NODE_SHAPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const RELAY_STATES = ['unknown', 'alive', 'silent', 'dead'] as const;

/** A question for a word: who asks, and the number that the answer repeats. */
export interface Question {
  readonly from: string;
  readonly number: number;
}

export interface Answer extends Question {
  readonly word: PeerWord;
}

/** What cannot be understood, with a sentence that says what was expected and what came. */
export class BadWordError extends Error {
  override readonly name = 'BadWordError';
  readonly code = 'bad-word';
}

export function isNodeName(text: string): boolean {
  return NODE_SHAPE.test(text);
}

/** Throws BadWordError. */
export function parseWord(text: string): PeerWord {
  return readWord(parseObject(text));
}

/** Throws BadWordError. */
export function parseQuestion(text: string): Question {
  return readQuestion(parseObject(text));
}

/** Throws BadWordError. */
export function parseAnswer(text: string): Answer {
  const fields = parseObject(text);
  return { ...readQuestion(fields), word: readWord(objectIn(fields, 'word')) };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields {
  if (Buffer.byteLength(text) > WORD_BYTES_MAX) {
    throw new BadWordError(`expected at most ${WORD_BYTES_MAX} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadWordError(`expected JSON, got ${detailOf(text)}`, { cause: error });
  }
  if (!isObject(value)) {
    throw new BadWordError(`expected an object, got ${detailOf(text)}`);
  }
  return value;
}

function readQuestion(fields: Fields): Question {
  return { from: nodeIn(fields, 'from'), number: countIn(fields, 'number') };
}

function readWord(fields: Fields): PeerWord {
  return {
    sequence: countIn(fields, 'sequence'),
    version: textIn(fields, 'version'),
    relay: relayIn(fields),
    vips: vipsIn(fields),
    sessions: sessionsIn(fields),
    lagMs: optional(fields, 'lagMs', amountIn),
    drained: flagIn(fields, 'drained'),
    frozen: flagIn(fields, 'frozen'),
    capacity: optional(fields, 'capacity', countIn),
    canaries: entriesIn(fields, 'canaries', (value) =>
      typeof value === 'boolean' ? value : undefined,
    ),
    missing: entriesIn(fields, 'missing', asCount),
    well: optional(fields, 'well', flagIn),
    atRisk: optional(fields, 'atRisk', countIn),
  };
}

function relayIn(fields: Fields): PeerWord['relay'] {
  const value = fields['relay'];
  return RELAY_STATES.find((each) => each === value) ?? refuse('relay', 'a state', value);
}

function vipsIn(fields: Fields): PeerWord['vips'] {
  const value = fields['vips'];
  if (!Array.isArray(value) || value.length > ITEMS_MAX) {
    return refuse('vips', `a list of at most ${ITEMS_MAX}`, value);
  }
  return value.map((each: unknown) => {
    if (!isObject(each)) {
      return refuse('vips', 'objects', each);
    }
    return { name: textIn(each, 'name'), rank: rankIn(each), of: optional(each, 'of', nodeIn) };
  });
}

function rankIn(fields: Fields): number | 'withdrawn' {
  const value = fields['rank'];
  return value === 'withdrawn' ? value : countIn(fields, 'rank');
}

function sessionsIn(fields: Fields): PeerWord['sessions'] {
  if (fields['sessions'] === undefined) {
    return undefined;
  }
  const sessions = objectIn(fields, 'sessions');
  return { own: countIn(sessions, 'own'), foreign: countIn(sessions, 'foreign') };
}

function entriesIn<T>(
  fields: Fields,
  key: string,
  read: (value: unknown) => T | undefined,
): Readonly<Record<string, T>> {
  const entries = Object.entries(objectIn(fields, key));
  if (entries.length > ITEMS_MAX) {
    return refuse(key, `at most ${ITEMS_MAX} entries`, entries.length);
  }
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const known = name.length > 0 && name.length <= TEXT_LENGTH_MAX ? read(value) : undefined;
      return [name, known ?? refuse(key, 'names and their values', { [name]: value })];
    }),
  );
}

function optional<T>(
  fields: Fields,
  key: string,
  read: (fields: Fields, key: string) => T,
): T | undefined {
  return fields[key] === undefined ? undefined : read(fields, key);
}

function objectIn(fields: Fields, key: string): Fields {
  const value = fields[key];
  return isObject(value) ? value : refuse(key, 'an object', value);
}

function textIn(fields: Fields, key: string): string {
  const value = fields[key];
  const fits = typeof value === 'string' && value.length > 0 && value.length <= TEXT_LENGTH_MAX;
  // Control characters could forge log lines or paint on a terminal.
  return fits && !/\p{Cc}/u.test(value) ? value : refuse(key, 'a short text', value);
}

function nodeIn(fields: Fields, key: string): string {
  const value = fields[key];
  return typeof value === 'string' && isNodeName(value) ? value : refuse(key, 'a node', value);
}

function countIn(fields: Fields, key: string): number {
  return asCount(fields[key]) ?? refuse(key, 'a whole number', fields[key]);
}

function asCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

function amountIn(fields: Fields, key: string): number {
  const value = fields[key];
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= 0;
  return fits ? value : refuse(key, 'a number', value);
}

function flagIn(fields: Fields, key: string): boolean {
  const value = fields[key];
  return typeof value === 'boolean' ? value : refuse(key, 'true or false', value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(key: string, expected: string, got: unknown): never {
  const said = got === undefined ? 'nothing' : detailOf(JSON.stringify(got));
  throw new BadWordError(`${key}: expected ${expected}, got ${said}`);
}
