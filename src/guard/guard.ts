// The guard owns the worker, which does all the work: it starts it, kills it when it hangs, starts
// it again, and passes a person's wish to end on to it. It loads nothing else and knows nothing of
// relays and routes, so that what makes a worker die does not take the guard along.

import { sleep } from '../async/sleep.js';
import { DEATHS_MAX, Deaths } from './deaths.js';
import type { GuardLog } from './guard-log.js';
import type { OnDeath } from './messages.js';
import { runToEnd } from './run-to-end.js';
import { WorkerProcess, type WorkerEnd } from './worker-process.js';

/** The goodbye of the worker; what takes longer is cut off. */
const GOODBYE_MS_MAX = 5_000;
const WITHDRAW_MS_MAX = 10_000;

const GOODBYE_CUT_OFF = 1;

export interface GuardOptions {
  /** Program and arguments of a worker, told how many there were before it. */
  readonly workerCommand: (restarts: number) => readonly string[];
  /** Withdraws every configured prefix and ends with 0 when that is confirmed. */
  readonly withdrawCommand: readonly string[];
  /** True for exit codes of the worker that another worker would end with as well. */
  readonly isFinal: (code: number, restarts: number) => boolean;
  /** What an exit code means, in words, where there are any. */
  readonly explainCode: (code: number) => string | undefined;
  readonly log: Pick<GuardLog, 'info' | 'warn' | 'error' | 'node'>;
  /** Called whenever a worker watches its relay. */
  readonly onWatching: () => void;
}

export class Guard {
  readonly #options: GuardOptions;
  readonly #deaths = new Deaths();
  readonly #stopping = new AbortController();
  #worker: WorkerProcess | undefined;
  #restarts = 0;
  #onDeath: OnDeath = 'hold';
  /** A worker has watched since the last confirmed withdrawal, and may have announced. */
  #mayAnnounce = true;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Guards until it is told to stop or a worker ends for good. Resolves with the exit code. */
  async run(): Promise<number> {
    for (;;) {
      const end = await this.#runWorker();
      const code = this.#finalCode(end);
      if (code !== undefined) {
        return code;
      }
      this.#deaths.note(end.watchedMs);
      this.#sayDeath(end);
      await this.#giveUp();
      await sleep(this.#deaths.delayMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) {
        return 0;
      }
      this.#restarts += 1;
    }
  }

  /** Passes the wish on once; a goodbye that does not come in time is cut off. */
  stop(): void {
    if (this.#stopping.signal.aborted) {
      return;
    }
    this.#stopping.abort(new Error('the guard is stopping'));
    this.#worker?.stop();
    const cutOff = setTimeout(() => this.#cutOff(), GOODBYE_MS_MAX);
    void this.#worker?.ended.then(() => clearTimeout(cutOff));
  }

  /** Ends the worker at once; its routes stay. */
  kill(): void {
    this.#worker?.kill();
  }

  #cutOff(): void {
    const fields = { event: 'goodbye-cut-off', afterMs: GOODBYE_MS_MAX };
    this.#options.log.error(fields, 'the worker did not end in time and is killed');
    this.kill();
  }

  async #runWorker(): Promise<WorkerEnd> {
    const { log, onWatching, workerCommand } = this.#options;
    const startedAtMs = performance.now();
    const worker = new WorkerProcess(workerCommand(this.#restarts), {
      loaded: ({ node, onDeath }) => {
        log.node = node;
        this.#onDeath = onDeath;
      },
      watching: () => {
        const afterMs = Math.round(performance.now() - startedAtMs);
        const fields = { event: 'worker-watching', pid: worker.pid, afterMs };
        log.info({ ...fields, restarts: this.#restarts }, 'the worker watches');
        this.#mayAnnounce = true;
        onWatching();
      },
      hung: ({ silentMs, processState }) => {
        const fields = { event: 'worker-hung', pid: worker.pid, silentMs, processState };
        log.error(fields, `the worker has been silent for ${Math.round(silentMs)} ms; killed`);
      },
      neverWatched: (afterMs) => {
        const fields = { event: 'worker-hung', pid: worker.pid, afterMs };
        log.error(fields, `the worker did not get to watch within ${afterMs} ms; killed`);
      },
    });
    this.#worker = worker;
    return worker.ended;
  }

  /** Undefined when another worker should be tried. */
  #finalCode({ code, signal }: WorkerEnd): number | undefined {
    if (this.#stopping.signal.aborted) {
      return signal === null ? (code ?? 0) : GOODBYE_CUT_OFF;
    }
    return code !== null && this.#options.isFinal(code, this.#restarts) ? code : undefined;
  }

  #sayDeath({ code, signal, fault, watchedMs }: WorkerEnd): void {
    const { inARow, delayMs } = this.#deaths;
    const how = fault ?? signal ?? this.#explain(code ?? 0);
    const fields = { event: 'worker-died', how, watchedMs, inARow, nextInMs: delayMs };
    this.#options.log.error(fields, `the worker died (${how}); the next one in ${delayMs} ms`);
  }

  /** After too many deaths: what `on-death` asks for. The tries go on either way. */
  async #giveUp(): Promise<void> {
    if (!this.#deaths.tooMany) {
      return;
    }
    const { log } = this.#options;
    const fields = { event: 'worker-given-up', onDeath: this.#onDeath };
    if (this.#onDeath === 'hold') {
      const held = 'what is announced stays, and nobody watches the relay';
      log.error(fields, `${DEATHS_MAX} workers or more died in a row: ${held}`);
    } else if (this.#mayAnnounce) {
      log.error(fields, `${DEATHS_MAX} workers or more died in a row: withdrawing`);
      await this.#withdraw();
    }
  }

  async #withdraw(): Promise<void> {
    const { log, withdrawCommand } = this.#options;
    const end = await runToEnd(withdrawCommand, WITHDRAW_MS_MAX, this.#stopping.signal);
    const how = typeof end === 'string' ? end : this.#explain(end);
    this.#mayAnnounce = end !== 0;
    if (this.#mayAnnounce) {
      const fields = { event: 'withdraw-failed', how };
      log.error(
        fields,
        `nothing could be withdrawn for sure (${how}); tried again at the next death`,
      );
    } else {
      log.warn({ event: 'withdrawn' }, 'every configured prefix is withdrawn');
    }
  }

  #explain(code: number): string {
    const words = this.#options.explainCode(code);
    return words === undefined ? `exit code ${code}` : `exit code ${code}: ${words}`;
  }
}
