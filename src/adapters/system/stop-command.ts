// Runs the operator's command that ends the BGP daemon, without a shell.

import { execa } from 'execa';

import { DaemonStopError, type DaemonStopper } from '../../ports/daemon-stopper.js';

const SAID_LENGTH_MAX = 2_000;

/** A command that ignores its end at the deadline is killed after this. */
const KILL_AFTER_MS = 1_000;

export function createStopCommand([program = '', ...args]: readonly string[]): DaemonStopper {
  return {
    stop: async (signal) => {
      const outcome = await execa(program, args, {
        reject: false,
        stdin: 'ignore',
        all: true,
        maxBuffer: SAID_LENGTH_MAX,
        cancelSignal: signal,
        forceKillAfterDelay: KILL_AFTER_MS,
      });
      if (outcome.failed && !outcome.isMaxBuffer) {
        const said = outcome.all === '' ? '' : `; it said: ${outcome.all}`;
        throw new DaemonStopError(`${outcome.shortMessage}${said}`, { cause: outcome });
      }
    },
  };
}
