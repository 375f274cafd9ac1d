// From the bytes of a request to the bytes of its reply, whatever they came over.

import type { NgDict } from '../../ng/bencode.js';
import { RelayError } from '../errors.js';
import type { Log } from '../log.js';
import { CommandLimit } from './command-limit.js';
import { languageOf, readCookie, readRequest, writeReply } from './message.js';
import { ReplyCache } from './reply-cache.js';

/** A flood of bad commands must not become a flood of lines; the counter tells how many there were. */
const SAY_EVERY_MS = 100;

/** Carries a command out. May throw RelayError, which becomes a reply. */
export type Commands = (name: string, command: NgDict) => NgDict;

export interface ControlCounts {
  /** Without a cookie: there is nobody to answer. */
  unanswerable: number;
  refused: number;
  repeated: number;
  limited: number;
}

export class Answering {
  readonly counts: ControlCounts = { unanswerable: 0, refused: 0, repeated: 0, limited: 0 };
  readonly #commands: Commands;
  readonly #log: Log;
  readonly #cache = new ReplyCache();
  readonly #limit = new CommandLimit();
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(commands: Commands, log: Log) {
    this.#commands = commands;
    this.#log = log;
  }

  /** The reply, or undefined when none can be given. Never throws for what a request says. */
  answer(request: Buffer): Buffer | undefined {
    const cookie = readCookie(request);
    if (cookie === undefined) {
      this.counts.unanswerable += 1;
      return undefined;
    }
    const known = this.#cache.get(cookie);
    if (known !== undefined) {
      this.counts.repeated += 1;
      return known;
    }
    const nowMs = performance.now();
    const reply = writeReply(cookie, this.#obey(request, cookie), languageOf(request, cookie));
    this.#cache.put(cookie, reply, nowMs);
    return reply;
  }

  #obey(request: Buffer, cookie: string): NgDict {
    let name = '';
    try {
      const command = readRequest(request, cookie);
      name = nameOf(command);
      // A ping costs nothing, and silence would be taken for a hang.
      if (name !== 'ping' && !this.#limit.admits(performance.now())) {
        this.counts.limited += 1;
        return { result: 'load limit', message: 'Too many commands a second' };
      }
      return this.#commands(name, command);
    } catch (error) {
      return this.#refuse(name, error);
    }
  }

  #refuse(name: string, error: unknown): NgDict {
    if (!(error instanceof RelayError)) {
      throw error;
    }
    this.counts.refused += 1;
    const { code, message } = error;
    const nowMs = performance.now();
    if (nowMs - this.#saidAtMs >= SAY_EVERY_MS) {
      this.#saidAtMs = nowMs;
      const { refused } = this.counts;
      this.#log.info({ event: 'command-refused', command: name, code, refused }, message);
    }
    return code === 'too-many-calls'
      ? { result: 'load limit', message }
      : { result: 'error', 'error-reason': message };
  }
}

function nameOf(command: NgDict): string {
  const name = command['command'];
  if (typeof name !== 'string') {
    throw new RelayError('malformed', 'Dictionary contains no key "command"');
  }
  return name;
}
