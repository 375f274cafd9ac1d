import type { NgDict } from '../../ng/bencode.js';
import { isDict } from '../../ng/message.js';
import { createNgClient } from '../../ng/client.js';
import { nowMs } from '../clock.js';
import { DrillError } from '../errors.js';

import { Call } from './call.js';
import type { CallersCommand, CallersReport, CallPlan, RelaySessions } from './protocol.js';
import { Silence } from './silence.js';

const TICK_MS = 1;
const LOOK_DEADLINE_MS = 500;

/** Every call of the drill, and the loop that makes them talk. */
export class Callers {
  #calls: Call[] = [];
  #probe: Silence | undefined;
  #tickedAtMs: number | undefined;
  #lateMs = 0;

  async setUp(plans: readonly CallPlan[], signal: AbortSignal): Promise<number> {
    for (const plan of plans) {
      this.#calls.push(await Call.setUp(plan, this.#calls.length, signal));
    }
    if (this.#tickedAtMs === undefined) {
      this.#tick();
    }
    return this.#calls.length;
  }

  open(): number {
    const atMs = nowMs();
    const probe = new Silence(atMs);
    this.#probe = probe;
    this.#lateMs = 0;
    for (const { plan, streams } of this.#calls) {
      streams.forEach((stream) => stream.open(atMs));
      if (plan.kind === 'probe') {
        // Towards the callee only: the other way it is a call like any other.
        streams[0]?.alsoTell((arrivedAtMs) => probe.heard(arrivedAtMs));
      }
    }
    return this.#calls.length * 2;
  }

  close(): void {
    const atMs = nowMs();
    this.#probe?.close(atMs);
    this.#calls.forEach(({ streams }) => streams.forEach((stream) => stream.close(atMs)));
  }

  report(): CallersReport {
    const streams = this.#calls.flatMap(
      ({ plan: { id: call, kind, vip, family }, streams: both }) =>
        both.flatMap((stream, index) => {
          const report = stream.report();
          const towards = index === 0 ? ('callee' as const) : ('caller' as const);
          return report === undefined ? [] : [{ call, kind, towards, vip, family, ...report }];
        }),
    );
    return { streams, probeSilenceMs: this.#probe?.longestMs ?? Number.NaN, lateMs: this.#lateMs };
  }

  heard(withinMs: number): { readonly calls: number; readonly probes: number } {
    const sinceMs = nowMs() - withinMs;
    const heard = this.#calls.filter((call) => call.heardSince(sinceMs));
    const probes = heard.filter(({ plan }) => plan.kind === 'probe').length;
    return { calls: heard.length - probes, probes };
  }

  #tick(): void {
    const atMs = nowMs();
    this.#lateMs = Math.max(this.#lateMs, atMs - (this.#tickedAtMs ?? atMs) - TICK_MS);
    this.#tickedAtMs = atMs;
    for (const call of this.#calls) {
      call.caller.sendDue(atMs);
      call.callee.sendDue(atMs);
    }
    setTimeout(() => this.#tick(), TICK_MS);
  }
}

/**
 * The calls that a relay says it holds, asked by the callers themselves and not by the sidecar under
 * test. The canaries of the sidecars are no calls.
 */
export async function countSessions(
  { host, port, canaries }: Extract<CallersCommand, { do: 'sessions' }>,
  signal: AbortSignal,
): Promise<RelaySessions> {
  const ng = createNgClient({ host, port });
  const ask = (command: NgDict) => ng.request(command, { deadlineMs: LOOK_DEADLINE_MS }, signal);
  const holds = async (callId: string): Promise<number> =>
    (await ask({ command: 'query', 'call-id': callId }))['result'] === 'ok' ? 1 : 0;
  try {
    const reply = await ask({ command: 'statistics' });
    const statistics = isDict(reply['statistics']) ? reply['statistics'] : {};
    const current = statistics['currentstatistics'];
    const own = isDict(current) ? current['sessionsown'] : undefined;
    const foreign = isDict(current) ? current['sessionsforeign'] : undefined;
    if (typeof own !== 'number' || typeof foreign !== 'number') {
      throw new DrillError('reply-unexpected', 'expected statistics with sessionsown and -foreign');
    }
    return {
      own: own - (await holds(canaries.own)),
      foreign: foreign - (await holds(canaries.foreign)),
    };
  } finally {
    ng.close();
  }
}
