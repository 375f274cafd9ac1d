// The canary call, from its set-up to its end.
//
// It outlives this process: the next one finds it at the relay and takes its ports over. It is set
// up anew when the relay does not know it (any more), and only then. While packets are missed the
// relay is asked: somebody may have ended the call, and then its silence says nothing of the media.

import { tickEvery } from '../../../async/tick.js';
import type { RelayCanaryObservation } from '../../../domain/evidence.js';
import { createNgClient, type NgClient, type NgTarget } from '../../../ng/client.js';
import { NgError } from '../../../ng/errors.js';
import type { Clock } from '../../../ports/clock.js';
import { detailOfError } from '../../detail.js';
import { Absence } from './absence.js';
import { Agreement, type CallNames } from './agreement.js';
import { Ends, loopbackFor } from './ends.js';
import { CanaryError } from './errors.js';
import type { StandingCall } from './query.js';
import { Rounds } from './rounds.js';

export interface CanaryOptions extends CallNames {
  readonly target: NgTarget;
  readonly intervalMs: number;
  /** A packet that has not come out after so long is missed. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** False while the relay could hang on Redis if it were told to write. */
  readonly mayWrite: () => boolean;
  /** `RENEW_EVERY_MS` unless said otherwise. */
  readonly renewEveryMs?: number;
  /** Told what becomes of the call, once for each change. */
  readonly say: (sentence: string) => void;
}

/** The relay is asked for the call so often while nothing is heard. */
const LOOK_EVERY_MS = 1_000;

/** Tries to set the call up: so long apart, twice as long after each that failed. */
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 30_000;

/**
 * So often the relay is offered the standing call again. It then writes it to Redis again, every
 * standby builds it anew, and one that cannot bind it any more is found out before a call needs it.
 */
const RENEW_EVERY_MS = 10_000;

type Listener = (observation: RelayCanaryObservation) => void;

export class Canary {
  readonly #options: CanaryOptions;
  readonly #listener: Listener;
  readonly #signal: AbortSignal;
  readonly #host: string;
  readonly #renewEveryMs: number;
  readonly #client: NgClient;
  readonly #agreement: Agreement;
  readonly #rounds: Rounds;
  readonly #absence: Absence;
  #ends: Ends | undefined;
  #standing: StandingCall | undefined;
  /** A packet has come out in the life of this process, or went in in that of an earlier one. */
  #proven = false;
  #doubted = false;
  /** A command that makes the relay write was left unanswered. */
  #writeHangs = false;
  #errand: Promise<void> | undefined;
  #nextErrandAtMs = -Infinity;
  #nextRenewalAtMs = Infinity;
  #retryMs = RETRY_MS_MIN;

  constructor(options: CanaryOptions, listener: Listener, signal: AbortSignal) {
    this.#options = options;
    this.#listener = listener;
    this.#signal = signal;
    this.#renewEveryMs = options.renewEveryMs ?? RENEW_EVERY_MS;
    this.#host = loopbackFor(options.vipAddress);
    this.#client = createNgClient(options.target);
    this.#agreement = new Agreement(this.#client, options);
    const { deadlineMs, clock } = options;
    this.#rounds = new Rounds({ deadlineMs, clock, report: (seen) => this.#judge(seen) });
    this.#absence = new Absence({
      clock,
      report: (seen) => this.#report(seen),
      say: (sentence) => this.#say(sentence),
    });
  }

  /** A call of ours is at the relay, as far as is known. */
  get stands(): boolean {
    return this.#standing !== undefined;
  }

  async run(): Promise<void> {
    await tickEvery(this.#options.intervalMs, (lateMs) => this.#tick(lateMs), this.#signal);
    this.#rounds.stop();
    await this.#errand;
    this.#ends?.close();
    this.#client.close();
  }

  #tick(lateMs: number): void {
    if (this.#standing === undefined) {
      this.#absence.report();
    } else {
      this.#rounds.tick(lateMs);
    }
    this.#attendIfDue();
  }

  #attendIfDue(): void {
    if (this.#errand !== undefined) {
      return;
    }
    const nowMs = performance.now();
    const amiss = this.#standing === undefined || this.#doubted;
    if (amiss && nowMs >= this.#nextErrandAtMs) {
      this.#errand = this.#attend().finally(() => (this.#errand = undefined));
    } else if (!amiss && nowMs >= this.#nextRenewalAtMs && this.#options.mayWrite()) {
      this.#errand = this.#renew().finally(() => (this.#errand = undefined));
    }
  }

  /** Asks the relay what it knows of the call, and puts right what is not as it should be. */
  async #attend(): Promise<void> {
    this.#doubted = false;
    this.#nextErrandAtMs = performance.now() + LOOK_EVERY_MS;
    // A relay that waits for Redis holds the lock of the call: to ask for it would stop one more
    // of its threads.
    if (this.#writeHangs && !this.#options.mayWrite()) {
      this.#explain(WAITING);
      return;
    }
    try {
      const found = await this.#agreement.find(this.#host, this.#signal);
      if (found === 'absent' || found === 'unclear') {
        await this.#setUpAnew(found);
      } else if (!isSameCall(found, this.#standing)) {
        await this.#takeOver(found);
      }
    } catch (error) {
      this.#explain(detailOfError(error));
    }
  }

  async #takeOver(found: StandingCall): Promise<void> {
    this.#lose('the canary call is taken over');
    try {
      this.#ends = await Ends.bind(this.#host, found.ends);
      await this.#start(found, 'took over the canary call that stands at the relay');
      this.#proven ||= found.carried;
    } catch (error) {
      // Its ports are somebody else's now, or there is no way to it: of no use to anybody.
      this.#explain(detailOfError(error));
      await this.#setUpAnew('unclear');
    }
  }

  async #setUpAnew(found: 'absent' | 'unclear'): Promise<void> {
    this.#lose('the relay has no canary call');
    if (!this.#options.mayWrite()) {
      this.#explain(WAITING);
      return;
    }
    try {
      if (found === 'unclear') {
        await this.#agreement.remove(this.#signal);
      }
      this.#ends = await Ends.bind(this.#host);
      const relay = await this.#agreement.setUp(this.#ends, this.#signal);
      const call = { ends: this.#ends.ports, relay, carried: false };
      await this.#start(call, 'set the canary call up');
      this.#retryMs = RETRY_MS_MIN;
      this.#writeHangs = false;
    } catch (error) {
      this.#lose(detailOfError(error));
      this.#postpone(error);
    }
  }

  async #renew(): Promise<void> {
    const { relay } = this.#standing ?? {};
    try {
      const renewed = this.#ends && (await this.#agreement.setUp(this.#ends, this.#signal));
      this.#nextRenewalAtMs = performance.now() + this.#renewEveryMs;
      this.#retryMs = RETRY_MS_MIN;
      this.#writeHangs = false;
      if (JSON.stringify(renewed) !== JSON.stringify(relay)) {
        this.#lose('the relay has moved the canary call to other ports');
      }
    } catch (error) {
      if (error instanceof CanaryError && error.code === 'wrong-address') {
        this.#lose(error.message);
      }
      // A relay that takes no new calls refuses this one too; the call stands all the same.
      this.#postpone(error);
    }
  }

  #postpone(error: unknown): void {
    this.#writeHangs = error instanceof NgError && error.code === 'no-answer';
    this.#nextErrandAtMs = performance.now() + this.#retryMs;
    this.#nextRenewalAtMs = performance.now() + Math.max(this.#retryMs, this.#renewEveryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX);
  }

  async #start(call: StandingCall, sentence: string): Promise<void> {
    const ends = this.#ends;
    await ends?.connect(call.relay);
    if (ends !== undefined && !this.#signal.aborted) {
      this.#standing = call;
      this.#absence.end();
      this.#nextRenewalAtMs = performance.now() + this.#renewEveryMs;
      this.#rounds.through(ends);
      const { host, port } = call.relay.speaker;
      this.#say(`${sentence}, at ${host} port ${port}`);
    }
  }

  /** There is no call of which anything could be heard. */
  #lose(why: string): void {
    this.#rounds.stop();
    this.#standing = undefined;
    this.#ends?.close();
    this.#ends = undefined;
    this.#explain(why);
    this.#absence.report();
  }

  #explain(why: string): void {
    if (this.#standing === undefined) {
      this.#absence.explain(why);
    }
  }

  #judge(seen: RelayCanaryObservation): void {
    // The first miss is followed by a question at once, before anybody blames the media.
    this.#doubted = seen.outcome === 'missed';
    if (seen.outcome === 'heard') {
      this.#proven = true;
      this.#nextErrandAtMs = -Infinity;
    }
    if (this.#proven) {
      this.#report(seen);
    } else {
      // Nothing ever came through here: a filter on the loopback is as likely as a dead relay, and
      // a host must not lose its calls because Holdline was installed on it.
      this.#absence.explain(NEVER_HEARD);
      this.#absence.report();
    }
    this.#attendIfDue();
  }

  #report(seen: RelayCanaryObservation): void {
    if (!this.#signal.aborted) {
      this.#listener(seen);
    }
  }

  #say(sentence: string): void {
    if (!this.#signal.aborted) {
      this.#options.say(sentence);
    }
  }
}

const WAITING = 'the canary call waits for the Redis primary to answer';
const NEVER_HEARD =
  'the canary call stands, and none of its packets has ever come out: is the loopback filtered?';

function isSameCall(found: StandingCall, known: StandingCall | undefined): boolean {
  const ports = ({ ends, relay }: StandingCall): string => JSON.stringify([ends, relay]);
  return known !== undefined && ports(found) === ports(known);
}
