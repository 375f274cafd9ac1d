import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { withDeadline } from '../../async/deadline.js';
import { DrillError } from '../errors.js';
import type { Host } from '../lab/host.js';
import type { LabProcess } from '../lab/process.js';

import type { CallersAnswers, CallersCommand, CallersReply } from './protocol.js';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));
const ANSWER_DEADLINE_MS = 15_000;

type Settle = (reply: CallersReply) => void;

/** The drill's end of the line to the callers' process. */
export class CallersClient {
  readonly #process: LabProcess;
  readonly #waiting = new Map<number, Settle>();
  #requests = 0;

  constructor(host: Host) {
    const stdio = { stdin: 'pipe', stdout: 'pipe' } as const;
    this.#process = host.start('callers', [process.execPath, MAIN], stdio);
    const { stdout } = this.#process;
    if (stdout !== null) {
      createInterface({ input: stdout }).on('line', (line) => this.#take(line));
    }
  }

  get process(): LabProcess {
    return this.#process;
  }

  ask<Command extends CallersCommand>(
    command: Command,
    signal: AbortSignal,
  ): Promise<CallersAnswers[Command['do']]> {
    return withDeadline(ANSWER_DEADLINE_MS, signal, async () => {
      this.#requests += 1;
      const id = this.#requests;
      const replied = new Promise<CallersReply>((resolve) => this.#waiting.set(id, resolve));
      this.#process.stdin?.write(`${JSON.stringify({ id, command })}\n`);
      const reply = await Promise.race([replied, this.#goneSilent(id)]);
      if (!reply.ok) {
        throw new DrillError('call-refused', `the callers cannot ${command.do}: ${reply.error}`);
      }
      return reply.answer as CallersAnswers[Command['do']];
    });
  }

  async #goneSilent(id: number): Promise<CallersReply> {
    const how = await this.#process.ended;
    return { id, ok: false, error: `their process ended with ${how}` };
  }

  #take(line: string): void {
    const reply = JSON.parse(line) as CallersReply;
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }
}
