// One connection to BIRD's control socket that stays open. Commands are answered in the order in
// which they were written, so several callers can have commands under way at once.
//
// A daemon that hangs keeps the connection: what was written to it will be carried out when it
// wakes up, and only one connection keeps that in the order of the calls. The late replies then
// belong to callers that have long given up and are dropped.

import { createConnection, type Socket } from 'node:net';

import { DeadlineError, withDeadline } from '../../../async/deadline.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { ReplyReader, type Reply } from './reply-reader.js';

export interface ControlOptions {
  readonly socketPath: string;
  /** How long all commands of one call may take. */
  readonly commandMsMax: number;
  /** Called when BIRD has ended the connection, which it does only when it dies. */
  readonly onEnded?: () => void;
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

  /** Sends the commands in one write, before it returns, and resolves with a reply for each. */
  async send(commands: readonly string[], signal: AbortSignal): Promise<readonly Reply[]> {
    if (commands.length === 0) {
      return [];
    }
    try {
      return await withDeadline(this.#options.commandMsMax, signal, () => this.#write(commands));
    } catch (error) {
      throw this.#explain(error, commands, signal);
    }
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

  #write(commands: readonly string[]): Promise<readonly Reply[]> {
    const unanswered = this.#batches.reduce((sum, { size }) => sum + size, commands.length);
    if (unanswered > UNANSWERED_MAX) {
      return Promise.reject(
        new SpeakerError(
          'daemon-silent',
          `BIRD at ${this.#options.socketPath} has left ${UNANSWERED_MAX} commands unanswered`,
        ),
      );
    }
    this.#unwritten.push(...commands.map(toLine));
    this.open();
    this.#fillWindow();
    return new Promise((resolve, reject) => {
      this.#batches.push({ size: commands.length, replies: [], resolve, reject });
    });
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
    const reader = new ReplyReader();
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

  #explain(error: unknown, commands: readonly string[], signal: AbortSignal): unknown {
    if (error instanceof DeadlineError) {
      const message =
        `BIRD at ${this.#options.socketPath} did not answer \`${commands.join('; ')}\` ` +
        `within ${error.limitMs} ms`;
      return new SpeakerError('daemon-silent', message, { cause: error });
    }
    return signal.aborted && !(error instanceof SpeakerError)
      ? new SpeakerError('cancelled', `cancelled: \`${commands.join('; ')}\``, { cause: error })
      : error;
  }
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
