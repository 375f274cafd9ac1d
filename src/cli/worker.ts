// The process that does the work: watches, decides and drives the BGP daemon.

import { claimSocketPath } from '../api/claim-socket-path.js';
import { ListenError } from '../api/listener.js';
import { loadConfig } from '../config/load.js';
import { Lifeline } from '../guard/lifeline.js';
import { withdrawEverything } from '../runtime/withdraw-everything.js';
import { compose, composeWithdrawal } from './compose.js';
import { CommandError, EXIT, type ExitCode } from './exit.js';
import { runService } from './service.js';
import { tuneEngine } from './tune-engine.js';
import { Guarded, unguarded } from './supervision.js';

/** Runs until it is told to stop, by its guard if it has one. */
export async function runWorker(file: string, restarts: number): Promise<void> {
  tuneEngine();
  const lifeline = Lifeline.open();
  const supervision = lifeline === undefined ? unguarded() : new Guarded(lifeline, restarts);
  try {
    const config = loadConfig(file);
    supervision.loaded(config);
    await refuseTakenSocket(async () =>
      runService(await compose(config, supervision), supervision),
    );
  } finally {
    supervision.close();
  }
}

/** The last resort of the guard. Touches nothing while another sidecar runs. */
export async function runWithdrawal(file: string): Promise<ExitCode> {
  const config = loadConfig(file);
  await refuseTakenSocket(() => claimSocketPath(config.control.socketPath));
  const done = await withdrawEverything(await composeWithdrawal(config));
  return done ? EXIT.done : EXIT.no;
}

async function refuseTakenSocket(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ListenError) {
      throw new CommandError(EXIT.unreachable, error.message, { cause: error });
    }
    throw error;
  }
}
