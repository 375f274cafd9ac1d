// Keeps one call of the sidecar's own on the relay and sends a packet through it each interval: what
// comes out again proves that the relay forwards media, which no ping can tell.

import type { RelayObservation } from '../../../domain/evidence.js';
import { createNgClient } from '../../../ng/client.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';
import { Agreement } from './agreement.js';
import { Canary, type CanaryOptions } from './canary.js';

export function createCanaryProbe(options: CanaryOptions): RelayProbe {
  let canary: Canary | undefined;
  return {
    name: `canary ${options.callId}`,
    async watch(listener: (observation: RelayObservation) => void, signal: AbortSignal) {
      canary = new Canary(options, listener, signal);
      await canary.run();
    },
    async depart(signal: AbortSignal) {
      // A relay that waits for a hung Redis would not answer, and one more of its threads be stuck.
      if (canary?.stands !== true || !options.mayWrite()) {
        return;
      }
      const client = createNgClient(options.target);
      try {
        await new Agreement(client, options).part(signal);
      } finally {
        client.close();
      }
    },
  };
}
