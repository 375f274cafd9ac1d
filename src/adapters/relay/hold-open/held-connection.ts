// One connection that is held open, and made anew whenever it ends.
//
// An attempt goes from `connecting` to `open` to `over`, or straight to `over`.

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

export class HeldConnection {
  readonly #target: HeldTarget;
  readonly #process: ProcessWatch;
  readonly #report: (state: ConnectionState, detail: string | undefined) => void;
  #reported: ConnectionState | undefined;
  #stopAttempt = (): void => undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #endsAtMs: number[] = [];
  /** The one who is told may stop the watch in the midst of being told. */
  #stopped = false;

  constructor(
    target: HeldTarget,
    report: (state: ConnectionState, detail: string | undefined) => void,
    process: ProcessWatch = NO_PROCESS_WATCH,
  ) {
    this.#target = target;
    this.#process = process;
    this.#report = report;
  }

  connect(): void {
    if (this.#stopped) {
      return;
    }
    const socket = createConnection({
      ...this.#target,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    const stopTimer = startPatientTimer(CONNECT_DEADLINE_MS, () =>
      fail('unclear', `not accepted within ${CONNECT_DEADLINE_MS} ms`),
    );
    const stop = (): void => {
      stopTimer();
      abandon(socket);
    };
    const fail = (state: 'refused' | 'unclear', detail: string): void => {
      stop();
      this.#say(state, detail);
      this.#retryLater();
    };
    this.#stopAttempt = stop;
    socket.once('error', (error) => {
      if (codeOf(error) === 'ECONNRESET') {
        // A process that is being torn down took the connection along: the next attempt will tell.
        stop();
        this.#reconnect();
      } else {
        fail(codeOf(error) === 'ECONNREFUSED' ? 'refused' : 'unclear', detailOfError(error));
      }
    });
    socket.once('connect', () => {
      if (isSelfConnection(socket)) {
        fail('refused', 'nobody listens: the port was connected to itself');
        return;
      }
      stopTimer();
      this.#hold(socket);
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    this.#stopAttempt();
  }

  #hold(socket: Socket): void {
    const end = (detail: string): void => {
      abandon(socket);
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
    this.#say('open', undefined);
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

/** A destroyed socket may still have an error to tell, and nobody to tell it to. */
function abandon(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => undefined);
  socket.destroy();
}
