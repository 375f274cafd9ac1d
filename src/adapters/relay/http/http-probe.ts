import { get as getOverHttp } from 'node:http';
import { get as getOverHttps } from 'node:https';

import { PINGS_AT_ONCE_MAX, runPings, type PingOutcome } from '../pings.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';

export interface HttpProbeOptions {
  readonly url: string;
  readonly ping: { readonly intervalMs: number; readonly deadlineMs: number };
  readonly clock: Clock;
}

/** A 2xx status is a ping; redirects are not followed, bodies are not read. */
export function createHttpProbe({ url, ping, clock }: HttpProbeOptions): RelayProbe {
  return {
    name: `http ${url}`,
    watch: (listener, signal) =>
      runPings(
        {
          ...ping,
          clock,
          atOnceMax: PINGS_AT_ONCE_MAX,
          ping: (cancelled) => getOnce(url, cancelled),
        },
        listener,
        signal,
      ),
  };
}

/** On a connection of its own: an idle one may be closed by the relay just as the ping goes out. */
function getOnce(url: string, signal: AbortSignal): Promise<PingOutcome> {
  const get = url.startsWith('https:') ? getOverHttps : getOverHttp;
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal }, (response) => {
      const status = response.statusCode ?? 0;
      response.on('error', () => undefined); // The body that was cut off below.
      request.destroy();
      resolve(
        status >= 200 && status < 300
          ? { outcome: 'answered' }
          : { outcome: 'missed', detail: `expected status 2xx, got ${status}` },
      );
    });
    request.on('error', reject);
  });
}
