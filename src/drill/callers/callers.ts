import { isDict } from '../../ng/message.js';
import { createNgClient } from '../../ng/client.js';
import { nowMs } from '../clock.js';
import { DrillError } from '../errors.js';

import { Call } from './call.js';
import type { CallPlan, RelaySessions, StreamReport } from './protocol.js';

const TICK_MS = 1;
const STATISTICS_DEADLINE_MS = 500;

/** Every call of the drill, and the loop that makes them talk. */
export class Callers {
  #calls: Call[] = [];
  #ticking = false;

  async setUp(plans: readonly CallPlan[], signal: AbortSignal): Promise<number> {
    for (const plan of plans) {
      this.#calls.push(await Call.setUp(plan, this.#calls.length, signal));
    }
    if (!this.#ticking) {
      this.#ticking = true;
      this.#tick();
    }
    return this.#calls.length;
  }

  open(): number {
    const streams = this.#streams();
    streams.forEach(({ stream }) => stream.open());
    return streams.length;
  }

  close(): void {
    this.#streams().forEach(({ stream }) => stream.close());
  }

  reports(): readonly StreamReport[] {
    return this.#streams().flatMap(({ stream, plan }) => {
      const { id, vip, family } = plan;
      const report = stream.report();
      const { intervalMs } = stream;
      return report === undefined ? [] : [{ call: id, vip, family, intervalMs, ...report }];
    });
  }

  heard(withinMs: number): number {
    const sinceMs = nowMs() - withinMs;
    return this.#calls.filter((call) => call.heardSince(sinceMs)).length;
  }

  #streams() {
    return this.#calls.flatMap((call) =>
      call.streams.map((stream) => ({ stream, plan: call.plan })),
    );
  }

  #tick(): void {
    const atMs = nowMs();
    for (const call of this.#calls) {
      call.caller.sendDue(atMs);
      call.callee.sendDue(atMs);
    }
    setTimeout(() => this.#tick(), TICK_MS);
  }
}

/** What a relay says it holds, asked by the callers themselves and not by the sidecar under test. */
export async function countSessions(
  relay: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<RelaySessions> {
  const ng = createNgClient(relay);
  try {
    const limits = { deadlineMs: STATISTICS_DEADLINE_MS };
    const reply = await ng.request({ command: 'statistics' }, limits, signal);
    const statistics = isDict(reply['statistics']) ? reply['statistics'] : {};
    const current = statistics['currentstatistics'];
    const own = isDict(current) ? current['sessionsown'] : undefined;
    const foreign = isDict(current) ? current['sessionsforeign'] : undefined;
    if (typeof own !== 'number' || typeof foreign !== 'number') {
      throw new DrillError('reply-unexpected', 'expected statistics with sessionsown and -foreign');
    }
    return { own, foreign };
  } finally {
    ng.close();
  }
}
