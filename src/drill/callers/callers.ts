import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';

import { Call, hangUpAt } from './call.js';
import { isSilent } from './plan.js';
import type { CallersAnswers, CallersReport, CallPlan } from './protocol.js';
import { Silence } from './silence.js';

const TICK_MS = 1;
const MS_A_SECOND = 1_000;

/** Every call of the drill, and the loop that makes them talk. */
export class Callers {
  #calls: Call[] = [];
  /** Set apart the streams of each call from those of every other, also of those that have ended. */
  #numbers = 0;
  /** Also those that were never answered: what is to be hung up again. */
  #tried: CallPlan[] = [];
  #probe: Silence | undefined;
  #tickedAtMs: number | undefined;
  #lateMs = 0;

  async setUp(plans: readonly CallPlan[], signal: AbortSignal): Promise<number> {
    for (const plan of plans) {
      this.#tried.push(plan);
      this.#calls.push(await Call.setUp(plan, (this.#numbers += 1), signal));
    }
    if (this.#tickedAtMs === undefined) {
      this.#tick();
    }
    return this.#calls.length;
  }

  /** At a steady rate, however long each takes; ends with the first that fails. */
  async setUpMore(
    { calls, perSecond }: { readonly calls: readonly CallPlan[]; readonly perSecond: number },
    signal: AbortSignal,
  ): Promise<CallersAnswers['set-up-more']> {
    const startedAtMs = nowMs();
    let established = 0;
    const failedFromMs: number[] = [];
    const setUp = async (plan: CallPlan): Promise<void> => {
      const fromMs = nowMs();
      this.#tried.push(plan);
      try {
        this.#calls.push(await Call.setUp(plan, (this.#numbers += 1), signal));
        established += 1;
      } catch {
        failedFromMs.push(fromMs);
      }
    };
    const underWay: Promise<void>[] = [];
    for (const [index, plan] of calls.entries()) {
      await sleep(startedAtMs + (index * MS_A_SECOND) / perSecond - nowMs(), signal);
      if (failedFromMs.length > 0) {
        break;
      }
      underWay.push(setUp(plan));
    }
    await Promise.all(underWay);
    return { established, failedFromMs };
  }

  /** Ends every call of that name at its relay, also those that were never answered. */
  async hangUp(name: string, signal: AbortSignal): Promise<number> {
    const isNamed = ({ id }: CallPlan): boolean => id.startsWith(`${name}-`);
    this.#calls.filter(({ plan }) => isNamed(plan)).forEach((call) => call.close());
    this.#calls = this.#calls.filter(({ plan }) => !isNamed(plan));
    const ended = this.#tried.filter(isNamed);
    this.#tried = this.#tried.filter((plan) => !isNamed(plan));
    for (const plan of ended) {
      await hangUpAt(plan, signal);
    }
    return ended.length;
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
      ({ plan, plan: { id: call, kind, vip, family }, streams: both }) =>
        both.flatMap((stream, index) => {
          const report = stream.report();
          const towards = index === 0 ? ('callee' as const) : ('caller' as const);
          const about = { call, kind, towards, vip, family, silent: isSilent(plan) };
          return report === undefined ? [] : [{ ...about, ...report }];
        }),
    );
    return { streams, probeSilenceMs: this.#probe?.longestMs ?? Number.NaN, lateMs: this.#lateMs };
  }

  heard(withinMs: number): { readonly calls: number; readonly probes: number } {
    const heard = this.#calls.filter((call) => call.heardWithin(withinMs));
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
