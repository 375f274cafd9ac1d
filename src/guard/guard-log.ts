// The guard's own lines, in the shape of the worker's, on the same standard output.

import { write } from 'node:fs';

const LEVELS = { info: 30, warn: 40, error: 50 } as const;
const STDOUT_FD = 1;

/** Lines that wait for a slow reader; beyond it lines are lost, never time. */
const LINES_MAX = 1_000;

export class GuardLog {
  readonly #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #node: string | undefined;

  /** The name that every line carries, once the configuration has told it. */
  set node(name: string) {
    this.#node = name;
  }

  info(fields: object, message: string): void {
    this.#say('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#say('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#say('error', fields, message);
  }

  /** Resolves when everything said so far is written or given up. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #say(level: keyof typeof LEVELS, fields: object, msg: string): void {
    const line = { level: LEVELS[level], time: Date.now(), node: this.#node, ...fields, msg };
    if (this.#waiting.length < LINES_MAX) {
      this.#waiting.push(`${JSON.stringify(line)}\n`);
      this.#writing ??= this.#write();
    }
  }

  /** In the background: process.stdout would wait for a pipe that nobody reads. */
  async #write(): Promise<void> {
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
      const bytes = Buffer.from(line);
      await new Promise<void>((resolve) => write(STDOUT_FD, bytes, () => resolve()));
    }
    this.#writing = undefined;
  }
}
