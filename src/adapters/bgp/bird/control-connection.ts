// One connection to BIRD's control socket that stays open. Commands are answered in the order in
// which they were written, so several callers can have commands under way at once.
//
// A daemon that hangs keeps the connection: what was written to it will be carried out when it
// wakes up, and only one connection keeps that in the order of the calls. The late replies then
// belong to callers that have long given up and are dropped.

import { setMaxListeners } from 'node:events';
import { createConnection, type Socket } from 'node:net';

import { startPatientTimer } from '../../../async/patient-timer.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { ReplyReader, type Reply } from './reply-reader.js';

export interface ControlOptions {
  readonly socketPath: string;
  /** How long all commands of one call may take. */
  readonly commandMsMax: number;
  /** Called when BIRD has ended the connection, which it does only when it dies. */
  readonly onEnded?: () => void;
  /** Called for every line of its log that BIRD announces, once `echo` asked for them. */
  readonly onAnnouncement?: () => void;
}

/**
 * BIRD reads into 1024 bytes that it empties only after the last command in them; when they are
 * full, it takes its own lack of room for the end of the connection and closes it. So no more than
 * this is written before every answer to it has come.
 */
const WINDOW_BYTES_MAX = 1_000;

/** Unanswered commands; more than a hung daemon collects before everybody knows that it hangs. */
const UNANSWERED_MAX = 4_096;
const COMMAND = /^[\x20-\x7e]{1,900}$/;
const GREETING = '0001';

interface Batch {
  readonly size: number;
  readonly replies: Reply[];
  readonly resolve: (replies: readonly Reply[]) => void;
  readonly reject: (error: SpeakerError) => void;
}

export class ControlConnection {
  readonly #options: ControlOptions;
  #socket: Socket | undefined;
  #batches: Batch[] = [];
  #unwritten: string[] = [];
  #unanswered = 0;
  #windowBytes = 0;
  #greeted = false;
  #endings = 0;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** How often BIRD has ended the connection; a daemon that was started anew has ended it. */
  get endings(): number {
    return this.#endings;
  }

  /**
   * Sends the commands before it returns, as far as BIRD has room for them, and resolves with a
   * reply for each. Rejects with SpeakerError.
   */
  async send(commands: readonly string[], signal: AbortSignal): Promise<readonly Reply[]> {
    if (commands.length === 0) {
      return [];
    }
    if (signal.aborted) {
      throw cancelled(commands, signal);
    }
    const answer = this.ask(commands);
    return await new Promise((resolve, reject) => {
      const cancel = (): void => settle(() => reject(cancelled(commands, signal)));
      const stopTimer = startPatientTimer(this.#options.commandMsMax, () =>
        settle(() => reject(this.#silent(commands))),
      );
      const settle = (outcome: () => void): void => {
        stopTimer();
        signal.removeEventListener('abort', cancel);
        outcome();
      };
      // Node takes more than ten listeners for a leak; here each is one call under way.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', cancel, { once: true });
      const finish = (): void => settle(() => resolve(answer));
      answer.then(finish, finish);
    });
  }

  /** Like `send`, without a deadline: for a caller that watches over the time and calls `close`. */
  ask(commands: readonly string[]): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      const lines = commands.map(toLine);
      this.#requireRoomFor(lines.length);
      this.#batches.push({ size: lines.length, replies: [], resolve, reject });
      this.#unwritten.push(...lines);
      this.open();
      this.#fillWindow();
    });
  }

  /** Connects if there is no connection; the outcome shows on the next command. */
  open(): void {
    if (this.#socket !== undefined) {
      return;
    }
    const socket = createConnection({ path: this.#options.socketPath });
    this.#socket = socket;
    this.#greeted = false;
    this.#serve(socket);
  }

  /** Ends the connection; commands that are still under way are rejected. */
  close(): void {
    const socket = this.#socket;
    if (socket !== undefined) {
      this.#drop(socket, new SpeakerError('cancelled', 'the connection to BIRD was closed'));
    }
  }

  #requireRoomFor(size: number): void {
    const unanswered = this.#batches.reduce((sum, batch) => sum + batch.size, 0);
    if (unanswered + size > UNANSWERED_MAX) {
      throw new SpeakerError(
        'daemon-silent',
        `BIRD at ${this.#options.socketPath} has left ${unanswered} commands unanswered`,
      );
    }
  }

  #fillWindow(): void {
    let text = '';
    let next = this.#unwritten[0];
    while (next !== undefined && this.#windowBytes + next.length <= WINDOW_BYTES_MAX) {
      this.#unwritten.shift();
      this.#windowBytes += next.length;
      this.#unanswered += 1;
      text += next;
      next = this.#unwritten[0];
    }
    if (text !== '') {
      this.#socket?.write(text);
    }
  }

  #serve(socket: Socket): void {
    const reader = new ReplyReader(this.#options.onAnnouncement);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      try {
        for (const reply of reader.read(chunk)) {
          this.#take(reply);
        }
      } catch (error) {
        this.#drop(socket, asSpeakerError(error));
      }
    });
    socket.on('error', (cause) => {
      const error = this.#greeted ? this.#cutShort(cause) : this.#unreachable(cause);
      this.#endedByDaemon(socket, error);
    });
    socket.on('close', () => {
      this.#endedByDaemon(socket, this.#cutShort());
    });
  }

  #take(reply: Reply): void {
    if (this.#greeted) {
      this.#answer(reply);
    } else {
      requireGreeting(reply);
      this.#greeted = true;
    }
  }

  #endedByDaemon(socket: Socket, error: SpeakerError): void {
    const ended = this.#socket === socket && this.#greeted;
    this.#drop(socket, error);
    if (ended) {
      this.#endings += 1;
      this.#options.onEnded?.();
    }
  }

  #answer(reply: Reply): void {
    const batch = this.#batches[0];
    if (batch === undefined) {
      throw new SpeakerError('reply-unexpected', `BIRD sent ${reply.code} without being asked`);
    }
    this.#unanswered -= 1;
    if (this.#unanswered === 0) {
      this.#windowBytes = 0;
      this.#fillWindow();
    }
    batch.replies.push(reply);
    if (batch.replies.length === batch.size) {
      this.#batches.shift();
      batch.resolve(batch.replies);
    }
  }

  /** Lets go of this socket, unless a newer one has taken its place. */
  #drop(socket: Socket, error: SpeakerError): void {
    socket.destroy();
    if (this.#socket !== socket) {
      return;
    }
    this.#socket = undefined;
    const batches = this.#batches;
    this.#batches = [];
    this.#unwritten = [];
    this.#unanswered = 0;
    this.#windowBytes = 0;
    for (const batch of batches) {
      batch.reject(error);
    }
  }

  #unreachable(cause: Error): SpeakerError {
    const message = `cannot reach BIRD at ${this.#options.socketPath}: ${cause.message}`;
    return new SpeakerError('daemon-unreachable', message, { cause });
  }

  #cutShort(cause?: Error): SpeakerError {
    return new SpeakerError(
      'reply-cut-short',
      `BIRD at ${this.#options.socketPath} closed the connection before it had answered`,
      { cause },
    );
  }

  #silent(commands: readonly string[]): SpeakerError {
    const { socketPath, commandMsMax } = this.#options;
    return new SpeakerError(
      'daemon-silent',
      `BIRD at ${socketPath} did not answer ${quote(commands)} within ${commandMsMax} ms`,
    );
  }
}

function cancelled(commands: readonly string[], signal: AbortSignal): SpeakerError {
  const options = { cause: signal.reason as unknown };
  return new SpeakerError('cancelled', `cancelled: ${quote(commands)}`, options);
}

function quote(commands: readonly string[]): string {
  const [first = '', ...others] = commands;
  return others.length === 0 ? `\`${first}\`` : `\`${first}\` and ${others.length} more`;
}

function toLine(command: string): string {
  if (!COMMAND.test(command)) {
    throw new TypeError(`not one line of printable ASCII: ${JSON.stringify(command)}`);
  }
  return `${command}\n`;
}

function requireGreeting(reply: Reply): void {
  if (reply.code !== GREETING) {
    const text = reply.lines.at(-1)?.text ?? '';
    throw new SpeakerError(
      'reply-unexpected',
      `expected BIRD's greeting ${GREETING}, got ${reply.code} ${text}`,
    );
  }
}

/** Anything else is a fault of ours and must not be taken for one of BIRD's. */
function asSpeakerError(error: unknown): SpeakerError {
  if (error instanceof SpeakerError) {
    return error;
  }
  throw error;
}
