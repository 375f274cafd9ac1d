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
import { Agreement, type CallNames, type StandingCall } from './agreement.js';
import { Ends, loopbackFor } from './ends.js';
import { Rounds } from './rounds.js';

export interface CanaryOptions extends CallNames {
  readonly target: NgTarget;
  readonly intervalMs: number;
  /** A packet that has not come out after so long is missed. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** False while the relay could hang on Redis if it were told to write. */
  readonly mayWrite: () => boolean;
  /** Told what becomes of the call, once for each change. */
  readonly say: (sentence: string) => void;
}

/** That there is no call is reported again so often. */
const ABSENT_EVERY_MS = 1_000;

/** The relay is asked for the call so often while nothing is heard. */
const LOOK_EVERY_MS = 1_000;

/** Tries to set the call up: so long apart, twice as long after each that failed. */
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 30_000;

type Listener = (observation: RelayCanaryObservation) => void;

export class Canary {
  readonly #options: CanaryOptions;
  readonly #listener: Listener;
  readonly #signal: AbortSignal;
  readonly #host: string;
  readonly #client: NgClient;
  readonly #agreement: Agreement;
  readonly #rounds: Rounds;
  #ends: Ends | undefined;
  #standing: StandingCall | undefined;
  #doubted = false;
  /** A command that makes the relay write was left unanswered. */
  #writeHangs = false;
  #errand: Promise<void> | undefined;
  #nextErrandAtMs = -Infinity;
  #retryMs = RETRY_MS_MIN;
  #absence = 'the canary call is being set up';
  #absenceSaidAtMs = -Infinity;

  constructor(options: CanaryOptions, listener: Listener, signal: AbortSignal) {
    this.#options = options;
    this.#listener = listener;
    this.#signal = signal;
    this.#host = loopbackFor(options.vipAddress);
    this.#client = createNgClient(options.target);
    this.#agreement = new Agreement(this.#client, options);
    const { deadlineMs, clock } = options;
    this.#rounds = new Rounds({ deadlineMs, clock, report: (seen) => this.#report(seen) });
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
      this.#sayAbsent();
    } else {
      this.#rounds.tick(lateMs);
    }
    this.#attendIfDue();
  }

  #attendIfDue(): void {
    const content = this.#standing !== undefined && !this.#doubted;
    if (content || this.#errand !== undefined || performance.now() < this.#nextErrandAtMs) {
      return;
    }
    this.#errand = this.#attend().finally(() => (this.#errand = undefined));
  }

  /** Asks the relay what it knows of the call, and puts right what is not as it should be. */
  async #attend(): Promise<void> {
    this.#doubted = false;
    this.#nextErrandAtMs = performance.now() + LOOK_EVERY_MS;
    // A relay that waits for Redis holds the lock of the call: to ask for it would stop one more
    // of its threads.
    if (this.#writeHangs && !this.#options.mayWrite()) {
      this.#note(WAITING);
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
      this.#note(detailOfError(error));
    }
  }

  async #takeOver(found: StandingCall): Promise<void> {
    this.#lose('the canary call is taken over');
    try {
      this.#ends = await Ends.bind(this.#host, found.ends);
      await this.#start(found, 'took over the canary call that stands at the relay');
    } catch (error) {
      // Its ports are somebody else's now, or there is no way to it: of no use to anybody.
      this.#note(detailOfError(error));
      await this.#setUpAnew('unclear');
    }
  }

  async #setUpAnew(found: 'absent' | 'unclear'): Promise<void> {
    this.#lose('the relay has no canary call');
    if (!this.#options.mayWrite()) {
      this.#note(WAITING);
      return;
    }
    try {
      if (found === 'unclear') {
        await this.#agreement.remove(this.#signal);
      }
      this.#ends = await Ends.bind(this.#host);
      const relay = await this.#agreement.setUp(this.#ends, this.#signal);
      await this.#start({ ends: this.#ends.ports, relay }, 'set the canary call up');
      this.#retryMs = RETRY_MS_MIN;
      this.#writeHangs = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#writeHangs = error instanceof NgError && error.code === 'no-answer';
    this.#lose(detailOfError(error));
    this.#nextErrandAtMs = performance.now() + this.#retryMs;
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX);
  }

  async #start(call: StandingCall, sentence: string): Promise<void> {
    const ends = this.#ends;
    await ends?.connect(call.relay);
    if (ends !== undefined && !this.#signal.aborted) {
      this.#standing = call;
      this.#absence = '';
      this.#absenceSaidAtMs = -Infinity;
      this.#rounds.through(ends);
      const { host, port } = call.relay.speaker;
      this.#options.say(`${sentence}, at ${host} port ${port}`);
    }
  }

  /** There is no call of which anything could be heard. */
  #lose(why: string): void {
    this.#rounds.stop();
    this.#standing = undefined;
    this.#ends?.close();
    this.#ends = undefined;
    this.#note(why);
    this.#sayAbsent();
  }

  #note(absence: string): void {
    if (!this.#signal.aborted && this.#standing === undefined && absence !== this.#absence) {
      this.#absence = absence;
      this.#absenceSaidAtMs = -Infinity;
      this.#options.say(absence);
    }
  }

  #sayAbsent(): void {
    const nowMs = performance.now();
    if (this.#signal.aborted || nowMs - this.#absenceSaidAtMs < ABSENT_EVERY_MS) {
      return;
    }
    this.#absenceSaidAtMs = nowMs;
    const atMs = this.#options.clock.nowMs();
    this.#listener({ kind: 'relay-canary', atMs, outcome: 'absent', detail: this.#absence });
  }

  #report(seen: RelayCanaryObservation): void {
    if (this.#signal.aborted) {
      return;
    }
    // The first miss is followed by a question at once, before anybody blames the media.
    this.#doubted = seen.outcome === 'missed';
    if (seen.outcome === 'heard') {
      this.#nextErrandAtMs = -Infinity;
    }
    this.#listener(seen);
    this.#attendIfDue();
  }
}

const WAITING = 'the canary call waits for the Redis primary to answer';

function isSameCall(found: StandingCall, known: StandingCall | undefined): boolean {
  return JSON.stringify(found) === JSON.stringify(known);
}
