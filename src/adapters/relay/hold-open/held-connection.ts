// One connection that is held open, and made anew whenever it ends.
//
// It is also made anew now and then while it lasts, the new one first. The kernel closes the sockets
// of a killed process from the youngest to the oldest: with thousands of calls a connection that is
// older than they are ends tens of milliseconds after one that is not (docs/decisions/0005).

import { createConnection, type Socket } from 'node:net';

import { startPatientTimer } from '../../../async/patient-timer.js';
import type { RelayConnectionObservation } from '../../../domain/evidence.js';
import { codeOf, detailOfError } from '../../detail.js';
import { isSelfConnection } from '../self-connection.js';
import { NO_PROCESS_WATCH, type ProcessWatch } from './process-watch.js';

export interface HeldTarget {
  readonly host: string;
  readonly port: number;
}

export type ConnectionState = RelayConnectionObservation['state'];

const CONNECT_DEADLINE_MS = 100;
const RETRY_MS = 100;
/** A relay that closes every connection at once is asked this often a second without a pause. */
const IMMEDIATE_RECONNECTS_MAX = 10;
const KEEPALIVE_MS = 1_000;
const RENEW_EVERY_MS = 5_000;

/** What became of an attempt; `torn` is a connection that a process on its way out took along. */
interface Attempt {
  readonly connected: (socket: Socket) => void;
  readonly failed: (state: 'refused' | 'unclear' | 'torn', detail: string) => void;
}

export class HeldConnection {
  readonly #target: HeldTarget;
  readonly #process: ProcessWatch;
  readonly #report: (state: ConnectionState, detail: string | undefined) => void;
  readonly #renewEveryMs: number;
  #reported: ConnectionState | undefined;
  /** Lets go of every socket and timer that there is. */
  #release = (): void => undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #endsAtMs: number[] = [];
  /** The one who is told may stop the watch in the midst of being told. */
  #stopped = false;

  constructor(
    target: HeldTarget,
    report: (state: ConnectionState, detail: string | undefined) => void,
    process: ProcessWatch = NO_PROCESS_WATCH,
    renewEveryMs = RENEW_EVERY_MS,
  ) {
    this.#renewEveryMs = renewEveryMs;
    this.#target = target;
    this.#process = process;
    this.#report = report;
  }

  connect(): void {
    if (this.#stopped) {
      return;
    }
    this.#release = this.#dial({
      connected: (socket) => this.#hold(socket),
      failed: (state, detail) => {
        if (state === 'torn') {
          // The next attempt will tell.
          this.#reconnect();
          return;
        }
        this.#say(state, detail);
        this.#retryLater();
      },
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    this.#release();
  }

  /** Returns the way to call the attempt off. */
  #dial({ connected, failed }: Attempt): () => void {
    const socket = createConnection({
      ...this.#target,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    const fail = (state: 'refused' | 'unclear' | 'torn', detail: string): void => {
      stop();
      failed(state, detail);
    };
    const stopTimer = startPatientTimer(CONNECT_DEADLINE_MS, () =>
      fail('unclear', `not accepted within ${CONNECT_DEADLINE_MS} ms`),
    );
    const stop = (): void => {
      stopTimer();
      abandon(socket);
    };
    socket.once('error', (error) => fail(stateOf(error), detailOfError(error)));
    socket.once('connect', () => {
      if (isSelfConnection(socket)) {
        fail('refused', 'nobody listens: the port was connected to itself');
        return;
      }
      stopTimer();
      connected(socket);
    });
    return stop;
  }

  #hold(socket: Socket): void {
    const end = (detail: string): void => {
      this.#release();
      this.#say('ended', detail);
      if (this.#process.isGone()) {
        this.#say('gone', 'its process has ended');
        this.#retryLater();
      } else {
        this.#reconnect();
      }
    };
    socket.removeAllListeners('error');
    socket.once('error', (error) => end(detailOfError(error)));
    socket.once('end', () => end('closed by the relay'));
    socket.once('close', () => end('closed'));
    socket.resume(); // What the relay says is of no interest, but its end is only seen by reading.
    this.#process.remember();
    this.#renewLater(socket);
    this.#say('open', undefined);
  }

  #renewLater(held: Socket): void {
    const timer = setTimeout(() => this.#renew(held), this.#renewEveryMs);
    this.#release = () => {
      clearTimeout(timer);
      abandon(held);
    };
  }

  /** An attempt that fails says nothing: the one that is held still stands. */
  #renew(held: Socket): void {
    const stopAttempt = this.#dial({
      connected: (young) => {
        // A process that is being torn down still listens: the one that is held ends at any moment.
        if (this.#process.isGone()) {
          abandon(young);
          this.#renewLater(held);
          return;
        }
        abandon(held);
        this.#hold(young);
      },
      failed: () => this.#renewLater(held),
    });
    this.#release = () => {
      stopAttempt();
      abandon(held);
    };
  }

  #reconnect(): void {
    const nowMs = performance.now();
    this.#endsAtMs = [...this.#endsAtMs, nowMs].slice(-IMMEDIATE_RECONNECTS_MAX);
    const oldestMs = this.#endsAtMs[0] ?? nowMs;
    if (this.#endsAtMs.length === IMMEDIATE_RECONNECTS_MAX && nowMs - oldestMs < 1_000) {
      this.#say('unclear', `closed ${IMMEDIATE_RECONNECTS_MAX} times within a second`);
      this.#retryLater();
    } else {
      this.connect();
    }
  }

  #retryLater(): void {
    if (!this.#stopped) {
      this.#retryTimer = setTimeout(() => this.connect(), RETRY_MS);
    }
  }

  #say(state: ConnectionState, detail: string | undefined): void {
    if (state !== this.#reported) {
      this.#reported = state;
      this.#report(state, detail);
    }
  }
}

function stateOf(error: Error): 'refused' | 'unclear' | 'torn' {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ECONNRESET':
      return 'torn';
    default:
      return 'unclear';
  }
}

/** A destroyed socket may still have an error to tell, and nobody to tell it to. */
function abandon(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => undefined);
  socket.destroy();
}
