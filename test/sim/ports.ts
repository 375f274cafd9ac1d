// How one sidecar sees its simulated relay and Redis. Nothing here judges.

import type { RelayObservation, StoreObservation } from '../../src/domain/evidence.js';
import type { RelayProbe } from '../../src/ports/relay-probe.js';
import type { SessionStore } from '../../src/ports/session-store.js';
import type { SimHost } from './host.js';

const PING_INTERVAL_MS = 50;
const PING_DEADLINE_MS = 50;

/** So long a slow relay takes to answer. */
const SLOW_MS = [25, 120] as const;
const LOOK_INTERVAL_MS = 100;
const CALM_EVERY_TICKS = 2;
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
        if (!same || host.relay.slow || seen.atMs - lastMs >= PING_SAME_MS) {
          lastMs = seen.atMs;
          lastOutcome = seen.outcome;
          listener(seen);
        }
      };
      const judge = (afterMs: number): void => {
        const dueAtMs = host.time.nowMs;
        const kind = 'relay-ping';
        const { alive, answers } = host.relay;
        const late = host.starves > 0 ? host.random.between(26, 80) : 0;
        host.deliver(ended, (atMs) => {
          if (!alive) {
            tell({ kind, atMs, outcome: 'refused' });
          } else if (answers && late > 0) {
            tell({ kind, atMs, outcome: 'missed', lateMs: late });
          } else if (answers) {
            tell({ kind, atMs, outcome: 'answered', roundTripMs: afterMs });
          } else {
            tell({ kind, atMs, outcome: 'missed', lateMs: atMs - dueAtMs });
          }
        });
      };
      /** An answer that is late is heard all the same, after its ping was told as missed. */
      const judgeSlowly = (): void => {
        const afterMs = host.random.between(...SLOW_MS);
        if (afterMs > PING_DEADLINE_MS) {
          host.time.after(PING_DEADLINE_MS, () => {
            host.deliver(ended, (atMs) => {
              tell({ kind: 'relay-ping', atMs, outcome: 'missed', lateMs: 0 });
            });
          });
        }
        host.time.after(afterMs, () => judge(afterMs));
      };
      const ping = (): void => {
        const soon = host.relay.answers || !host.relay.alive;
        const afterMs = soon ? 0.3 : PING_DEADLINE_MS;
        if (host.relay.slow && host.relay.answers) {
          judgeSlowly();
        } else {
          host.time.after(afterMs, () => judge(afterMs));
        }
      };
      every(host, ended, PING_INTERVAL_MS, ping);
      return untilAborted(signal);
    },
  };
}

/** One packet of the canary call each interval, as far as the relay lets it through. */
export function canaryProbe({ host, ended }: Life): RelayProbe {
  return {
    name: 'canary',
    watch: (listener, signal) => {
      let lastMs = -Infinity;
      let lastHeard = false;
      const judge = (heard: boolean, roundTripMs: number): void => {
        const dueAtMs = host.time.nowMs;
        const late = host.starves > 0 ? host.random.between(26, 80) : 0;
        host.deliver(ended, (atMs) => {
          if (heard && lastHeard && atMs - lastMs < PING_SAME_MS) {
            return;
          }
          lastHeard = heard && late === 0;
          lastMs = atMs;
          const lateMs = late + atMs - dueAtMs;
          listener(
            lastHeard
              ? { kind: 'relay-canary', atMs, outcome: 'heard', roundTripMs }
              : { kind: 'relay-canary', atMs, outcome: 'missed', lateMs },
          );
        });
      };
      const send = (): void => {
        if (!host.relay.alive) {
          return;
        }
        const heard = host.relay.serving;
        const afterMs = heard ? 0.5 : PING_DEADLINE_MS;
        host.time.after(afterMs, () => judge(heard, afterMs));
      };
      every(host, ended, PING_INTERVAL_MS, send);
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

/** Both are looked at each 200 ms, and each 100 ms while the last look found something amiss. */
export function sessionStore({ host, ended }: Life): SessionStore {
  return {
    watch: (listener, signal) => {
      const primary = onceInAWhile(
        host,
        () => `${host.replica.reachesPrimary} ${host.storeShape()}`,
      );
      const replica = onceInAWhile(host, () => host.storeShape());
      let life = host.replica.primaryLife;
      let calm = false;
      let ticks = 0;
      const lookAtPrimary = (): void => {
        // A look over a connection that has ended meanwhile is a look without an answer.
        const reached = host.replica.reachesPrimary && life === host.replica.primaryLife;
        life = host.replica.primaryLife;
        calm = reached;
        if (primary.isDue()) {
          host.deliver(ended, (atMs) => listener(primarySeen(host, reached, atMs)));
        }
      };
      const lookAtReplica = (): void => {
        calm &&= host.replica.silences === 0 && host.replica.linkUp;
        if (replica.isDue()) {
          host.deliver(ended, (atMs) => listener(replicaSeen(host, atMs)));
        }
      };
      every(host, ended, LOOK_INTERVAL_MS, () => {
        ticks += 1;
        if (!calm || ticks % CALM_EVERY_TICKS === 0) {
          lookAtPrimary();
          lookAtReplica();
        }
      });
      return untilAborted(signal);
    },
  };
}

/** What looks the same as before is due again after a while only; anything new, and what follows it, at once. */
function onceInAWhile(host: SimHost, shapeNow: () => string): { isDue(): boolean } {
  let lastMs = -Infinity;
  let lastShape = '';
  let shapeSinceMs = -Infinity;
  return {
    isDue: () => {
      const { nowMs } = host.time;
      const shape = shapeNow();
      shapeSinceMs = shape === lastShape ? shapeSinceMs : nowMs;
      lastShape = shape;
      const settled = nowMs - shapeSinceMs > LOOK_SAME_MS && host.replica.lags === 0;
      if (settled && nowMs - lastMs < LOOK_SAME_MS) {
        return false;
      }
      lastMs = nowMs;
      return true;
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

export function every(
  host: SimHost,
  ended: AbortSignal,
  intervalMs: number,
  work: () => void,
): void {
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
