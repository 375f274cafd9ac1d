// One line of a journal as a record, or what is wrong with it. The shape of what Holdline wrote
// itself is trusted once its kind is known; a line of another kind or format is refused.

import type { Effect, Event } from '../../domain/machine.js';
import {
  JOURNAL_FORMAT,
  JournalError,
  type JournalErrorCode,
  type JournalRecord,
} from '../../ports/journal.js';

const SHOWN_LENGTH_MAX = 60;

const EVENTS: Readonly<Record<Event['kind'], true>> = {
  'relay-connection': true,
  'relay-ping': true,
  'relay-sessions': true,
  'relay-canary': true,
  'foreign-canary': true,
  'relay-condition': true,
  'redis-replica': true,
  'redis-primary': true,
  'redis-beat': true,
  peer: true,
  parity: true,
  repair: true,
  speaker: true,
  declared: true,
  advertised: true,
  'speaker-failed': true,
  escalated: true,
  operator: true,
  stopping: true,
  tick: true,
};

const EFFECTS: Readonly<Record<Effect['kind'], true>> = {
  declare: true,
  'read-back': true,
  decided: true,
  escalate: true,
  'save-operator': true,
};

type Fields = Readonly<Record<string, unknown>>;

/** A JournalError is returned for a line that a crash may have cut, and thrown for any other. */
export function parseRecord(text: string, place: string): JournalRecord | JournalError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('line-not-json', place, 'a JSON object', text);
  }
  if (!isFields(value)) {
    return fault('line-not-json', place, 'a JSON object', text);
  }
  const expected = unmet(value);
  if (expected !== undefined) {
    throw fault(expected.code, place, expected.what, text);
  }
  return value as unknown as JournalRecord;
}

interface Unmet {
  readonly code: JournalErrorCode;
  readonly what: string;
}

function unmet(value: Fields): Unmet | undefined {
  switch (value['kind']) {
    case 'opening':
      return unmetOpening(value);
    case 'event':
      return unmetEvent(value);
    case 'decision':
      return unknownUnless(hasDecision(value), 'a decision with its changes and stages');
    case 'lost':
      return unknownUnless(typeof value['records'] === 'number', 'the number of lost records');
    default:
      return unknownUnless(false, 'a record of the kind opening, event, decision or lost');
  }
}

function unmetOpening(value: Fields): Unmet | undefined {
  if (value['format'] !== JOURNAL_FORMAT) {
    const what = `a journal of format ${JOURNAL_FORMAT}, which this version of Holdline reads`;
    return { code: 'format-unknown', what };
  }
  const { policy, state } = value;
  const whole =
    isFields(policy) &&
    Array.isArray(policy['vips']) &&
    isFields(state) &&
    typeof state['nowMs'] === 'number' &&
    ['evidence', 'speaker', 'convergence', 'vips'].every((key) => isFields(state[key]));
  return unknownUnless(whole, 'an opening with policy and state');
}

function unmetEvent({ event, effects = [] }: Fields): Unmet | undefined {
  const known =
    isFields(event) && typeof event['atMs'] === 'number' && isOneOf(EVENTS, event['kind']);
  const understood =
    Array.isArray(effects) &&
    effects.every((effect: unknown) => isFields(effect) && isOneOf(EFFECTS, effect['kind']));
  return unknownUnless(known && understood, 'an event and effects of a known kind');
}

function hasDecision({ decision }: Fields): boolean {
  return (
    isFields(decision) &&
    typeof decision['id'] === 'number' &&
    Array.isArray(decision['changes']) &&
    isFields(decision['stages']) &&
    typeof decision['stages']['decidedAtMs'] === 'number'
  );
}

function unknownUnless(met: boolean, what: string): Unmet | undefined {
  return met ? undefined : { code: 'record-unknown', what };
}

function isOneOf(kinds: object, kind: unknown): boolean {
  return typeof kind === 'string' && Object.hasOwn(kinds, kind);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(code: JournalErrorCode, place: string, expected: string, got: string): JournalError {
  const shown = got.length > SHOWN_LENGTH_MAX ? `${got.slice(0, SHOWN_LENGTH_MAX)}…` : got;
  return new JournalError(code, `${place}: expected ${expected}, got ${shown}`);
}
