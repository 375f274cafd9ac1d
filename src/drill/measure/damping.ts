// What a router that damps flapping routes (RFC 2439) would have thought of an event: the log of the
// router that took the updates, and the account that such a router keeps of each of them.

/** One change that the router took from one of its relays. */
export interface TakenUpdate {
  readonly atMs: number;
  /** The router's name of the session. */
  readonly from: string;
  readonly prefix: string;
  readonly what: 'announced' | 'changed' | 'withdrawn';
}

export interface Account {
  /** Changes that the router took, over all prefixes. */
  readonly updates: number;
  /** Of the prefix that changed the most. */
  readonly changesMax: number;
  /** The highest that any account stood. */
  readonly penaltyMax: number;
  /** From here on the prefix would have been muted. */
  readonly suppress: number;
}

/**
 * Of the relay that the scenario is about, and of the other one, which is not judged by it: on a
 * machine that is too busy for BFD its session is lost now and then, and its routes with it.
 */
export interface Damping extends Account {
  readonly elsewhere: Account;
}

/** The usual values of routers that damp (Cisco's defaults); RIPE-580 asks for three times as many. */
export const SUPPRESS = 2_000;
const PENALTY = { announced: 0, changed: 500, withdrawn: 1_000 } as const;
const HALF_LIFE_MS = 900_000;

const LINE =
  /^(?<date>\S+) (?<time>\S+) <TRACE> (?<from>\w+)\.ipv[46] > (?<verb>added|updated|removed)(?: \[[^\]]*\])? (?<prefix>\S+)/;

const WHAT = { added: 'announced', updated: 'changed', removed: 'withdrawn' } as const;

/** Reads the log of a BIRD that was told to trace the routes of its sessions. */
export function readUpdates(log: string, sinceMs: number): readonly TakenUpdate[] {
  return log
    .split('\n')
    .map(parseLine)
    .filter((update) => update !== undefined)
    .filter(({ atMs }) => atMs >= sinceMs);
}

function parseLine(line: string): TakenUpdate | undefined {
  const { date, time = '', from, verb, prefix } = LINE.exec(line)?.groups ?? {};
  if (date === undefined || from === undefined || prefix === undefined) {
    return undefined;
  }
  // Date.parse stops at three digits after the second, which is fine enough here.
  const atMs = Date.parse(`${date}T${time.slice(0, 12)}Z`);
  return { atMs, from, prefix, what: WHAT[verb as keyof typeof WHAT] };
}

export function dampingOf(updates: readonly TakenUpdate[], session: string): Damping {
  const own = updates.filter(({ from }) => from === session);
  const others = updates.filter(({ from }) => from !== session);
  return { ...accountFor(own), elsewhere: accountFor(others) };
}

export function accountFor(updates: readonly TakenUpdate[]): Account {
  const accounts = new Map<string, Standing>();
  let penaltyMax = 0;
  for (const { atMs, from, prefix, what } of updates) {
    const key = `${from} ${prefix}`;
    const known = accounts.get(key) ?? { penalty: 0, atMs, changes: 0 };
    const left = known.penalty * 2 ** ((known.atMs - atMs) / HALF_LIFE_MS);
    const account = { penalty: left + PENALTY[what], atMs, changes: known.changes + 1 };
    accounts.set(key, account);
    penaltyMax = Math.max(penaltyMax, account.penalty);
  }
  const changesMax = Math.max(0, ...[...accounts.values()].map(({ changes }) => changes));
  return {
    updates: updates.length,
    changesMax,
    penaltyMax: Math.round(penaltyMax),
    suppress: SUPPRESS,
  };
}

interface Standing {
  readonly penalty: number;
  readonly atMs: number;
  readonly changes: number;
}
