// Whether the local relay holds the canary calls of the homes that this host stands by for: their
// presence proves replication from end to end. Asking changes nothing, and sets nothing in motion.

import { tickEvery } from '../../../async/tick.js';
import { canaryCallId } from '../../../domain/canary-call.js';
import type { RelayObservation } from '../../../domain/evidence.js';
import type { NgDict } from '../../../ng/bencode.js';
import { createNgClient, type NgClient, type NgTarget } from '../../../ng/client.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';

export interface ForeignCanaryOptions {
  readonly target: NgTarget;
  /** The nodes whose canaries are looked for. */
  readonly homes: readonly string[];
  readonly clock: Clock;
}

const INTERVAL_MS = 1_000;
const DEADLINE_MS = 500;

export function createForeignCanaryProbe(options: ForeignCanaryOptions): RelayProbe {
  const { target, homes, clock } = options;
  return {
    name: `canaries of ${homes.join(', ')}`,
    async watch(listener: (observation: RelayObservation) => void, signal: AbortSignal) {
      const client = createNgClient(target);
      const look = async (of: string): Promise<void> => {
        const held = await isHeld(client, of, signal);
        if (held !== undefined && !signal.aborted) {
          listener({ kind: 'foreign-canary', atMs: clock.nowMs(), of, held });
        }
      };
      await tickEvery(INTERVAL_MS, () => homes.forEach((of) => void look(of)), signal);
      client.close();
    },
  };
}

/** Undefined when the relay does not tell; the pings have a word on that. */
async function isHeld(
  client: NgClient,
  of: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const command = { command: 'query', 'call-id': canaryCallId(of) };
  try {
    return heldIn(await client.request(command, { deadlineMs: DEADLINE_MS }, signal));
  } catch {
    return undefined;
  }
}

/** A relay that does not know the command says nothing of the call. */
function heldIn(reply: NgDict): boolean | undefined {
  if (reply['result'] === 'ok') {
    return true;
  }
  const reason = reply['error-reason'];
  return typeof reason === 'string' && /unknown call/i.test(reason) ? false : undefined;
}
