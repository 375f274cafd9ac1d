// A relay and a replica in memory, for what depends on the moment at which something happens.

import type {
  HeldSession,
  ReplicaStanding,
  SessionKeys,
  SessionLister,
} from '../../../src/ports/session-parity.js';

const BITE = 2;

/** Keys by database; `onBite` and `onKept` are called before each look. */
export class FakeKeys implements SessionKeys {
  readonly databases = new Map<number, Set<string>>();
  readonly told: string[] = [];
  standingNow: ReplicaStanding = { primary: 'x', inStep: true, readOnly: true };
  listeners = 1;
  events: string | undefined = 'AKE';
  closed = 0;
  onKept: () => void = () => undefined;
  onTold: (callId: string) => void = () => undefined;

  constructor(databases: Readonly<Record<number, readonly string[]>>) {
    for (const [database, callIds] of Object.entries(databases)) {
      this.databases.set(Number(database), new Set(callIds));
    }
  }

  keysOf(database: number): Set<string> {
    return this.databases.get(database) ?? new Set();
  }

  standing(): Promise<ReplicaStanding> {
    return Promise.resolve(this.standingNow);
  }

  bite(from: { database: number; cursor: string | undefined }): ReturnType<SessionKeys['bite']> {
    const all = [...this.keysOf(from.database)];
    const start = Number(from.cursor ?? 0);
    const next = start + BITE < all.length ? String(start + BITE) : undefined;
    return Promise.resolve({ callIds: all.slice(start, start + BITE), next });
  }

  kept(database: number, callIds: readonly string[]): Promise<readonly string[]> {
    this.onKept();
    return Promise.resolve(callIds.filter((callId) => this.keysOf(database).has(callId)));
  }

  tellAgain(database: number, callIds: readonly string[]): Promise<number> {
    if (this.listeners > 0) {
      this.told.push(...callIds.map((callId) => `${database}:${callId}`));
      callIds.forEach((callId) => this.onTold(callId));
    }
    return Promise.resolve(this.listeners);
  }

  notifiedEvents(): Promise<string | undefined> {
    return Promise.resolve(this.events);
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

export class FakeRelay implements SessionLister {
  readonly sessions = new Map<string, HeldSession>();
  listings = 0;
  refuse: Error | undefined;

  hold(database: number, callIds: readonly string[], more: Partial<HeldSession> = {}): void {
    for (const callId of callIds) {
      this.sessions.set(callId, { callId, database, foreign: false, ending: false, ...more });
    }
  }

  list(take: (session: HeldSession) => void): Promise<void> {
    this.listings += 1;
    if (this.refuse !== undefined) {
      return Promise.reject(this.refuse);
    }
    this.sessions.forEach(take);
    return Promise.resolve();
  }
}
