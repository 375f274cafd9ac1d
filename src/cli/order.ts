// An order to the running sidecar, and what became of it.

import { wrap } from '../api/text/wrap.js';
import { ask } from './control-client.js';
import { controlSocketOf, type TargetOptions } from './control-target.js';
import { CommandError, EXIT } from './exit.js';
import { print, printJson } from './output.js';

export interface OrderOptions extends TargetOptions {
  readonly by: string;
  readonly why: string;
  readonly json?: boolean;
}

/** What only some orders have. */
export interface OrderDetails {
  readonly forMs?: number;
  readonly force?: boolean;
  readonly evenDead?: boolean;
}

export async function giveOrder(
  path: `/${string}`,
  options: OrderOptions,
  details: OrderDetails,
): Promise<void> {
  const answer = await ask({
    socketPath: controlSocketOf(options),
    method: 'POST',
    path,
    accept: 'application/json',
    body: { by: options.by, why: options.why, ...details },
  });
  const outcome = readOutcome(answer.text);
  if (outcome === undefined) {
    const code = answer.status === 400 ? EXIT.usage : EXIT.unreachable;
    throw new CommandError(code, `The sidecar answered ${answer.status}: ${answer.text}`);
  }
  if (options.json === true) {
    printJson(outcome);
  } else {
    outcome.says.flatMap((sentence) => wrap(sentence, '')).forEach(print);
  }
  process.exitCode = outcome.done ? EXIT.done : EXIT.no;
}

interface Outcome {
  readonly done: boolean;
  readonly says: readonly string[];
}

function readOutcome(text: string): Outcome | undefined {
  try {
    const value = JSON.parse(text) as Partial<Outcome> | null;
    return typeof value?.done === 'boolean' && Array.isArray(value.says)
      ? { done: value.done, says: value.says }
      : undefined;
  } catch {
    return undefined;
  }
}
