// One worker from its start to its death: spawned, listened to, judged by its beats, ended.

import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';

import { BeatWatch, type Silence } from './beat-watch.js';
import { encode, MessageReader, type OnDeath, type WorkerMessage } from './messages.js';

/** From its start until the relay is watched; a busy machine takes seconds for it. */
const START_MS_MAX = 15_000;

export interface WorkerListener {
  loaded(told: { readonly node: string; readonly onDeath: OnDeath }): void;
  watching(): void;
  /** It is being killed for this silence; its end follows. */
  hung(silence: Silence): void;
  /** It is being killed since it never got as far as watching; its end follows. */
  neverWatched(afterMs: number): void;
}

/** How a worker ended; `fault` when it could not even be started. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly fault: string | undefined;
  /** How long it had watched the relay; 0 when it never did. */
  readonly watchedMs: number;
}

export class WorkerProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone: only then may the next one start. */
  readonly ended: Promise<WorkerEnd>;
  readonly #child: ChildProcess;
  readonly #listener: WorkerListener;
  readonly #startTimer: NodeJS.Timeout;
  #beats: BeatWatch | undefined;
  #watchingSinceMs: number | undefined;

  constructor(command: readonly string[], listener: WorkerListener) {
    const [file = '', ...args] = command;
    this.#listener = listener;
    // Its log lines go where ours go, by its own hand.
    this.#child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    this.pid = this.#child.pid;
    this.ended = this.#followToItsEnd();
    this.#startTimer = setTimeout(() => this.#giveUpOnStart(), START_MS_MAX);
    this.#listen();
  }

  /** Asks for the goodbye. */
  stop(): void {
    this.#beats?.end();
    this.#lifeline?.write(encode({ kind: 'stop' }));
  }

  kill(): void {
    this.#beats?.end();
    this.#child.kill('SIGKILL');
  }

  get #lifeline(): Duplex | undefined {
    return this.#child.stdio[3] as Duplex | undefined;
  }

  #listen(): void {
    const reader = new MessageReader();
    // A worker that dies takes its end of the pipe along; `ended` tells of it.
    this.#lifeline?.on('error', () => undefined);
    this.#lifeline?.setEncoding('utf8').on('data', (chunk: string) => {
      for (const message of reader.read(chunk)) {
        this.#hear(message as WorkerMessage);
      }
    });
  }

  #hear(message: WorkerMessage): void {
    switch (message.kind) {
      case 'beat':
        this.#beats?.beat();
        return;
      case 'loaded':
        this.#listener.loaded(message);
        return;
      case 'watching':
        this.#watch();
        return;
    }
  }

  #watch(): void {
    clearTimeout(this.#startTimer);
    this.#watchingSinceMs = performance.now();
    this.#listener.watching();
    const { pid } = this;
    if (pid !== undefined) {
      this.#beats = new BeatWatch(pid, (silence) => {
        this.#listener.hung(silence);
        this.kill();
      });
    }
  }

  #giveUpOnStart(): void {
    this.#listener.neverWatched(START_MS_MAX);
    this.kill();
  }

  #followToItsEnd(): Promise<WorkerEnd> {
    return new Promise((resolve) => {
      const end = (how: Omit<WorkerEnd, 'watchedMs'>): void => {
        clearTimeout(this.#startTimer);
        this.#beats?.end();
        const since = this.#watchingSinceMs;
        resolve({ ...how, watchedMs: since === undefined ? 0 : performance.now() - since });
      };
      this.#child.once('exit', (code, signal) => end({ code, signal, fault: undefined }));
      this.#child.once('error', ({ message: fault }) => end({ code: null, signal: null, fault }));
    });
  }
}
