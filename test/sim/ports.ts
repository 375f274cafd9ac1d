// How one sidecar sees its simulated relay and Redis. Nothing here judges.

import type { RelayObservation, StoreObservation } from '../../src/domain/evidence.js';
import type { RelayProbe } from '../../src/ports/relay-probe.js';
import type { SessionStore } from '../../src/ports/session-store.js';
import type { SimHost } from './host.js';

const PING_INTERVAL_MS = 50;
const PING_DEADLINE_MS = 50;
const LOOK_INTERVAL_MS = 100;
const COUNT_INTERVAL_MS = 1_000;

/** What looks the same as before is passed on this seldom: it would change nothing. */
const PING_SAME_MS = 250;
const LOOK_SAME_MS = 500;

/** One life of a sidecar: after its end nothing reaches it and nothing leaves it. */
export interface Life {
  readonly host: SimHost;
  readonly ended: AbortSignal;
}

export function connectionProbe({ host, ended }: Life): RelayProbe {
  return {
    name: 'hold-open',
    watch: (listener, signal) => {
      let open = false;
      const see = (state: 'open' | 'ended' | 'refused'): void =>
        host.deliver(ended, (nowMs) => {
          open = state === 'open';
          listener({ kind: 'relay-connection', atMs: nowMs, state });
        });
      const connect = (): void => {
        const { alive } = host.relay;
        if (alive !== open || !alive) {
          see(alive ? 'open' : 'refused');
        }
      };
      host.relay.watch(() => {
        if (host.relay.alive === open) {
          return;
        }
        if (!open) {
          host.time.after(host.random.between(1, 50), connect);
          return;
        }
        host.time.after(host.random.between(0.1, 1), () => see('ended'));
        host.time.after(1.2, connect);
      }, ended);
      connect();
      return untilAborted(signal);
    },
  };
}

export function pingProbe({ host, ended }: Life): RelayProbe {
  return {
    name: 'ping',
    watch: (listener, signal) => {
      let lastMs = -Infinity;
      let lastOutcome = '';
      const tell = (seen: RelayObservation & { readonly outcome: string }): void => {
        const same = seen.outcome === 'answered' && lastOutcome === 'answered';
        if (!same || seen.atMs - lastMs >= PING_SAME_MS) {
          lastMs = seen.atMs;
          lastOutcome = seen.outcome;
          listener(seen);
        }
      };
      const judge = (afterMs: number): void => {
        const dueAtMs = host.time.nowMs;
        const kind = 'relay-ping';
        const { alive, serving } = host.relay;
        const late = host.starves > 0 ? host.random.between(26, 80) : 0;
        host.deliver(ended, (atMs) => {
          if (!alive) {
            tell({ kind, atMs, outcome: 'refused' });
          } else if (serving && late > 0) {
            tell({ kind, atMs, outcome: 'missed', lateMs: late });
          } else if (serving) {
            tell({ kind, atMs, outcome: 'answered', roundTripMs: afterMs });
          } else {
            tell({ kind, atMs, outcome: 'missed', lateMs: atMs - dueAtMs });
          }
        });
      };
      const ping = (): void => {
        const soon = host.relay.serving || !host.relay.alive;
        const afterMs = soon ? 0.3 : PING_DEADLINE_MS;
        host.time.after(afterMs, () => judge(afterMs));
      };
      every(host, ended, PING_INTERVAL_MS, ping);
      return untilAborted(signal);
    },
  };
}

export function countProbe({ host, ended }: Life): RelayProbe {
  return {
    name: 'count',
    watch: (listener, signal) => {
      const count = (): void => {
        if (!host.relay.serving) {
          return;
        }
        const own = host.sessionsOf('home');
        const foreign = host.sessionsOf('standby');
        host.deliver(ended, (atMs) => {
          listener({ kind: 'relay-sessions', atMs, own, foreign, total: own + foreign });
        });
      };
      every(host, ended, COUNT_INTERVAL_MS, count);
      return untilAborted(signal);
    },
  };
}

export function sessionStore({ host, ended }: Life): SessionStore {
  return {
    watch: (listener, signal) => {
      let lastMs = -Infinity;
      let lastShape = '';
      let life = host.replica.primaryLife;
      const look = (): void => {
        const shape = host.storeShape();
        const same = shape === lastShape && host.replica.lags === 0;
        if (same && host.time.nowMs - lastMs < LOOK_SAME_MS) {
          return;
        }
        lastMs = host.time.nowMs;
        lastShape = shape;
        // A look over a connection that has ended meanwhile is a look without an answer.
        const reached = host.replica.reachesPrimary && life === host.replica.primaryLife;
        life = host.replica.primaryLife;
        host.deliver(ended, (atMs) => {
          listener(primarySeen(host, reached, atMs));
          listener(replicaSeen(host, atMs));
        });
      };
      every(host, ended, LOOK_INTERVAL_MS, look);
      return untilAborted(signal);
    },
  };
}

function primarySeen({ replica }: SimHost, reached: boolean, atMs: number): StoreObservation {
  return reached
    ? {
        kind: 'redis-primary',
        atMs,
        outcome: 'answered',
        role: 'primary',
        offsetBytes: replica.primaryOffsetBytes,
      }
    : { kind: 'redis-primary', atMs, outcome: 'unanswered', detail: 'no answer in 100 ms' };
}

function replicaSeen({ replica, databaseSizes }: SimHost, atMs: number): StoreObservation {
  return replica.silences > 0
    ? { kind: 'redis-replica', atMs, outcome: 'unanswered', detail: 'no answer in 100 ms' }
    : {
        kind: 'redis-replica',
        atMs,
        outcome: 'answered',
        link: replica.linkUp ? 'up' : 'down',
        offsetBytes: replica.offsetBytes,
        databaseSizes: databaseSizes(),
      };
}

function every(host: SimHost, ended: AbortSignal, intervalMs: number, work: () => void): void {
  const tick = (): void => {
    if (ended.aborted) {
      return;
    }
    host.time.after(intervalMs, tick);
    if (!host.stalled) {
      work();
    }
  };
  host.time.after(host.random.between(0, 5), tick);
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
