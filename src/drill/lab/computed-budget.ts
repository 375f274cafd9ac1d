// What the relay's own file promises: the worst cases that `holdline check` computes, asked for as
// an operator would. The drill knows nothing of the sidecar.

import { DrillError } from '../errors.js';

import type { Host } from './host.js';
import { checkCommand } from './programs.js';

/** One class of fault with its worst case, in milliseconds. */
export interface ComputedLine {
  readonly fault: string;
  readonly detectMs: number;
  readonly decideMs: number;
  readonly actMs: number;
  readonly verifyMs: number;
  readonly totalMs: number;
}

/** Asks for the worst cases of the file that the sidecar of relay-a runs on. */
export async function readBudget(
  relayA: Host,
  file: string,
  signal: AbortSignal,
): Promise<readonly ComputedLine[]> {
  return parseBudget(await relayA.run(checkCommand(file), signal));
}

export function parseBudget(said: string): readonly ComputedLine[] {
  const { budget } = JSON.parse(said) as { readonly budget?: unknown };
  if (!Array.isArray(budget)) {
    const got = said.slice(0, 200);
    throw new DrillError('reply-unexpected', `holdline check: expected a budget, got ${got}`);
  }
  return budget as readonly ComputedLine[];
}
