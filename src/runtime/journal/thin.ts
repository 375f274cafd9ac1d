// Readings that say again that all is well come many times a second. The journal keeps so many of
// them that a replay takes the same decisions, and proves it before it writes: the kept events are
// run through the core, and must ask for the same effects and end in a state with the same future.
// So nothing here has to know what the core makes of an event; a choice that leaves out too much
// is found out, and the next wider one is tried. The widest keeps everything.

import type { Event, State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import { topicOf, type Entry } from './entry.js';
import { haveSameFuture, replayExactly } from './replay.js';

export interface Thinned {
  readonly kept: readonly Entry[];
  /** Where a replay of them ends. */
  readonly state: State;
}

/** The stretch of events that is thinned, and the states before and after it. */
export interface Stretch {
  readonly entries: readonly Entry[];
  readonly from: State;
  readonly to: State;
}

/** Undefined when not even all the events lead from the one state to the other. */
export function thin(stretch: Stretch, policy: Policy): Thinned | undefined {
  const { entries, from, to } = stretch;
  for (const choose of CHOICES) {
    const chosen = choose(entries);
    const kept = entries.filter((_entry, index) => chosen.has(index));
    const state = replayExactly(kept, from, policy);
    if (state !== undefined && haveSameFuture(state, to)) {
      return { kept, state };
    }
  }
  return undefined;
}

type Choice = (entries: readonly Entry[]) => ReadonlySet<number>;

/** From the narrowest to the widest. */
const CHOICES: readonly Choice[] = [
  chooseLatest,
  chooseEnds,
  chooseCounts,
  (entries) => new Set(entries.keys()),
];

/** Without a look for 2 s the core calls itself blind; the kept looks must not be further apart. */
const LOOKS_APART_MS_MAX = 1_000;

/** Long enough to hold a count of the sessions with the sizes before and after it. */
const END_MS = 1_200;

/** What must be kept, the latest of each topic, and looks at the relay in between. */
function chooseLatest(entries: readonly Entry[]): ReadonlySet<number> {
  const latest = new Map<string, number>();
  entries.forEach(({ event }, index) => latest.set(topicOf(event), index));
  const must = entries.flatMap(({ keep }, index) => (keep ? [index] : []));
  return withLooks(entries, new Set([...must, ...latest.values()]));
}

/**
 * Also what Redis and the counts said at both ends. A replica that seems behind while nothing is
 * read from it would be taken for a slow one, so it is left out only while it is level.
 */
function chooseEnds(entries: readonly Entry[]): ReadonlySet<number> {
  const lastAtMs = entries.at(-1)?.event.atMs ?? 0;
  const levelAt = entries.findIndex(({ level }) => level);
  const startEnds = levelAt === -1 ? entries.length : levelAt;
  const endStarts = entries.findLastIndex(
    ({ event, level }) => level && event.atMs < lastAtMs - END_MS,
  );
  const ends = entries.flatMap(({ event }, index) =>
    isMeasure(event.kind) && (index <= startEnds || index >= endStarts) ? [index] : [],
  );
  return withLooks(entries, new Set([...chooseLatest(entries), ...ends]));
}

/** Also every count with the sizes before and after it. */
function chooseCounts(entries: readonly Entry[]): ReadonlySet<number> {
  const chosen = new Set(chooseEnds(entries));
  let sizes: number | undefined;
  let counted = false;
  entries.forEach(({ event }, index) => {
    if (event.kind === 'relay-sessions') {
      [index, sizes ?? index].forEach((each) => chosen.add(each));
      counted = true;
    } else if (event.kind === 'redis-replica') {
      sizes = index;
      if (counted) {
        chosen.add(index);
        counted = false;
      }
    }
  });
  return withLooks(entries, chosen);
}

function isMeasure(kind: Event['kind']): boolean {
  return kind === 'redis-primary' || kind === 'redis-replica' || kind === 'relay-sessions';
}

/** Before a chosen event that comes long after the last chosen look: the latest look before it. */
function withLooks(entries: readonly Entry[], chosen: ReadonlySet<number>): ReadonlySet<number> {
  const wider = new Set(chosen);
  let lookedAtMs = -Infinity;
  let look: number | undefined;
  entries.forEach(({ event }, index) => {
    if (event.kind === 'relay-ping') {
      look = index;
      lookedAtMs = chosen.has(index) ? event.atMs : lookedAtMs;
    } else if (chosen.has(index) && event.atMs - lookedAtMs > LOOKS_APART_MS_MAX) {
      if (look !== undefined) {
        wider.add(look);
        lookedAtMs = entries[look]?.event.atMs ?? lookedAtMs;
      }
    }
  });
  return wider;
}
