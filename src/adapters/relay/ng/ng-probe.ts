// Pings the relay over ng and asks it for its session counts, on one socket but independently: no
// request ever waits for another. rtpengine logs two lines for each request at its log level 6.

import { runPings, PINGS_AT_ONCE_MAX, type PingOutcome } from '../pings.js';
import type { RelayObservation } from '../../../domain/evidence.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';
import { createNgClient, type NgClient, type NgTarget } from '../../../ng/client.js';
import { NgError } from '../../../ng/errors.js';
import { watchSessions } from './sessions.js';

/** Frozen: sent twenty times a second, and put into bencode once. */
const PING = Object.freeze({ command: 'ping' });

export interface NgProbeOptions {
  readonly target: NgTarget;
  readonly ping: {
    readonly intervalMs: number;
    readonly deadlineMs: number;
    readonly misses: number;
  };
  readonly clock: Clock;
  /** Told when session counts cannot be had, once for each new cause. */
  readonly onTrouble?: (detail: string) => void;
}

export function createNgProbe(options: NgProbeOptions): RelayProbe {
  const { target, clock, ping } = options;
  return {
    name: `ng ${target.host}:${target.port}`,
    async watch(listener: (observation: RelayObservation) => void, signal: AbortSignal) {
      const client = createNgClient(target);
      const pings = {
        ...ping,
        clock,
        atOnceMax: PINGS_AT_ONCE_MAX,
        hearsLate: true,
        ping: () => pingOver(client, patienceMs(ping)),
      };
      // Ends the pings under way: a signal for each of them would cost more than the ping.
      signal.addEventListener('abort', () => client.close(), { once: true });
      const onTrouble = options.onTrouble ?? (() => undefined);
      await Promise.all([
        runPings(pings, listener, signal),
        watchSessions({ client, clock, onTrouble }, listener, signal),
      ]);
      client.close();
    },
  };
}

/**
 * An answer is heard for as long as it takes to call the relay silent: pings every 50 ms that are all
 * answered after 70 are those of a slow relay. Pings under way must leave room for the next one.
 */
function patienceMs({ intervalMs, deadlineMs, misses }: NgProbeOptions['ping']): number {
  const countedMs = intervalMs * Math.min(misses, PINGS_AT_ONCE_MAX - 1);
  return Math.max(deadlineMs, countedMs);
}

async function pingOver(client: NgClient, deadlineMs: number): Promise<PingOutcome> {
  try {
    const reply = await client.request(PING, { deadlineMs });
    return reply['result'] === 'pong'
      ? { outcome: 'answered' }
      : { outcome: 'missed', detail: `expected pong, got ${JSON.stringify(reply)}` };
  } catch (error) {
    if (error instanceof NgError && error.code === 'refused') {
      return { outcome: 'refused' };
    }
    throw error;
  }
}
