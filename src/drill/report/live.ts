import { nowMs } from '../clock.js';

/** Tells a person what is going on, one line a step, with the seconds since the start. */
export class Live {
  readonly #output: NodeJS.WritableStream;
  readonly #startedAtMs = nowMs();

  constructor(output: NodeJS.WritableStream) {
    this.#output = output;
  }

  step(what: string): void {
    const seconds = ((nowMs() - this.#startedAtMs) / 1_000).toFixed(1);
    this.#output.write(`${seconds.padStart(7)} s  ${what}\n`);
  }

  text(lines: readonly string[]): void {
    this.#output.write(`${lines.join('\n')}\n`);
  }
}
