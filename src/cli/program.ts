import { Command } from 'commander';

import { registerCheck } from './commands/check.js';
import { registerDrain } from './commands/drain.js';
import { registerDrill } from './commands/drill.js';
import { registerRender } from './commands/render.js';
import { registerRun } from './commands/run.js';
import { registerStatus } from './commands/status.js';
import { registerUndrain } from './commands/undrain.js';
import { VERSION } from './version.js';

const ABOUT = `Holdline keeps phone calls up when a media relay dies.

It runs beside each relay, knows what this host can really serve, and tells
the local BGP daemon how much the host should be preferred for each relay
address.`;

const AFTER = `
Exit codes: 0 done, 1 a "no" that was asked for, 2 usage or configuration, 3 unreachable.`;

/** Each command is a file that registers itself here and loads what is heavy only when it runs. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  registerRun,
  registerCheck,
  registerRender,
  registerStatus,
  registerDrain,
  registerUndrain,
  registerDrill,
];

export function createProgram(): Command {
  const program = new Command('holdline')
    .description(ABOUT)
    .version(VERSION)
    .addHelpText('after', AFTER)
    .helpCommand(false)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  for (const register of COMMANDS) {
    register(program);
  }
  return program;
}
