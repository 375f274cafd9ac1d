// One event on its way into the journal, and whether it must be kept whatever else is.

import type { Effect, Event, SpeakerEvent, State } from '../../domain/machine.js';
import type { VipState } from '../../domain/verdict.js';
import type { RecordedEvent } from '../../ports/journal.js';

export interface Entry {
  readonly event: RecordedEvent;
  readonly effects: readonly Effect[];
  /** Kept in any case: it led to something, or it tells of something new. */
  keep: boolean;
  /** The replica had reached all that was known of the primary. */
  readonly level: boolean;
}

export interface Noted {
  readonly event: Event;
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
}

/**
 * Readings that say again that all is well; they come many times a second. Of any other kind the
 * first hundred in a row are kept, since each of them may be a sign.
 */
const WELL = new Set([
  'relay-ping answered',
  'relay-sessions',
  'redis-replica answered up',
  'redis-primary answered primary',
  'relay-canary heard',
  'foreign-canary held',
  'redis-beat seen',
  'peer alive',
  'parity complete',
  'tick',
]);
const SIGNS_IN_A_ROW_MAX = 100;

/** Answers to what the core has asked for: without them it would wait. */
const ANSWERS = new Set<Event['kind']>(['declared', 'advertised']);

interface Run {
  readonly shape: string;
  readonly length: number;
  readonly last: Entry;
}

/** Makes entries of events, knowing what came before of the same kind. */
export class EntryMaker {
  readonly #runs = new Map<string, Run>();

  make(noted: Noted): Entry {
    const { event, effects, before, after } = noted;
    const shape = shapeOf(event);
    const topic = topicOf(event);
    const run = this.#runs.get(topic);
    const length = run?.shape === shape ? run.length + 1 : 1;
    const sign = length === 1 || (!WELL.has(shape) && length <= SIGNS_IN_A_ROW_MAX);
    if (length === 1 && run !== undefined) {
      // The last good reading before the trouble, or the last trouble before it ended.
      run.last.keep = true;
    }
    const entry: Entry = {
      event: shorten(event, before),
      effects,
      keep:
        sign ||
        effects.length > 0 ||
        ANSWERS.has(event.kind) ||
        verdictMoved(before.vips, after.vips),
      level: after.evidence.store.arrears === undefined,
    };
    this.#runs.set(topic, { shape, length, last: entry });
    return entry;
  }
}

function shorten(event: Event, { convergence }: State): RecordedEvent {
  return event.kind === 'advertised' &&
    JSON.stringify(event.advertisements) === JSON.stringify(convergence.advertisements)
    ? { ...event, advertisements: 'unchanged' }
    : event;
}

/** The reading says again that all is well. */
export function saysWell(event: RecordedEvent): boolean {
  return WELL.has(shapeOf(event));
}

/** A sign is to be on the disk soon even if nothing follows from it. */
export function isSign(entry: Entry): boolean {
  const { event, keep } = entry;
  return keep && !ANSWERS.has(event.kind) && !saysWell(event);
}

type EventOf<K extends RecordedEvent['kind']> = Extract<RecordedEvent, { kind: K }>;
type ByKind = { readonly [K in RecordedEvent['kind']]?: (event: EventOf<K>) => string };

/** Events of one kind that are about several things, and which of them. */
const SUBJECTS: ByKind = {
  'foreign-canary': ({ of }) => of,
  'relay-condition': ({ condition }) => condition,
  peer: ({ node }) => node,
  parity: ({ database }) => `${database}`,
  repair: ({ database }) => `${database}`,
};

/** What an event says, in a word or two. Those that are not listed say that they happened. */
const SAYINGS: ByKind = {
  'relay-connection': ({ state }) => state,
  'relay-ping': ({ outcome }) => outcome,
  'relay-canary': ({ outcome }) => outcome,
  'foreign-canary': ({ held }) => (held ? 'held' : 'lacking'),
  'relay-condition': ({ holds }) => (holds ? 'holds' : 'ended'),
  'redis-replica': (seen) => (seen.outcome === 'answered' ? `answered ${seen.link}` : seen.outcome),
  'redis-primary': (seen) => (seen.outcome === 'answered' ? `answered ${seen.role}` : seen.outcome),
  'redis-beat': ({ outcome }) => outcome,
  peer: ({ word }) => word.relay,
  parity: ({ missing }) => (missing === 0 ? 'complete' : 'short'),
  speaker: (event) => [event.daemon, ...sessionsOf(event)].join(' '),
  escalated: ({ outcome }) => outcome,
};

/** What an event is about: only the latest of a topic tells how things are. */
export function topicOf(event: RecordedEvent): string {
  return describe(event, SUBJECTS);
}

/** The kind of an event with what it says: `relay-ping missed`. */
function shapeOf(event: RecordedEvent): string {
  return describe(event, SAYINGS);
}

function describe(event: RecordedEvent, table: ByKind): string {
  const say = table[event.kind] as ((event: RecordedEvent) => string) | undefined;
  return say === undefined ? event.kind : `${event.kind} ${say(event)}`;
}

function sessionsOf(event: SpeakerEvent): readonly string[] {
  return event.daemon === 'up'
    ? event.sessions.map(({ neighbour, state, bfd }) => `${neighbour} ${state} ${bfd}`)
    : [];
}

/** When time alone may change a verdict is none. */
const CLOCKWORK: readonly string[] = ['recheckAtMs', 'risesAtMs'];

function verdictMoved(before: State['vips'], after: State['vips']): boolean {
  return (
    before !== after &&
    Object.entries(after).some(([name, vip]) => {
      const known = before[name];
      return known === undefined || vipMoved(known, vip);
    })
  );
}

function vipMoved(before: VipState, after: VipState): boolean {
  return (Object.keys(after) as (keyof VipState)[]).some(
    (key) => before[key] !== after[key] && !CLOCKWORK.includes(key),
  );
}
