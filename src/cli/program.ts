import { Command } from 'commander';

import { write } from './output.js';
import { VERSION } from './version.js';

const ABOUT = `Holdline keeps phone calls up when a media relay dies.

It runs beside each relay, knows what this host can really serve, and tells
the local BGP daemon how much the host should be preferred for each relay
address.`;

const AFTER = `
Exit codes: 0 done, 1 a "no" that was asked for, 2 usage or configuration, 3 unreachable.`;

type Register = (program: Command) => void;

/** In the order of the help text. Each is a file of its own, loaded when it is needed. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import('./commands/run.js')).registerRun,
  check: async () => (await import('./commands/check.js')).registerCheck,
  render: async () => (await import('./commands/render.js')).registerRender,
  status: async () => (await import('./commands/status.js')).registerStatus,
  drain: async () => (await import('./commands/orders.js')).registerOrder('drain'),
  undrain: async () => (await import('./commands/orders.js')).registerOrder('undrain'),
  freeze: async () => (await import('./commands/orders.js')).registerOrder('freeze'),
  unfreeze: async () => (await import('./commands/orders.js')).registerOrder('unfreeze'),
  degrade: async () => (await import('./commands/orders.js')).registerOrder('degrade'),
  restore: async () => (await import('./commands/orders.js')).registerOrder('restore'),
  explain: async () => (await import('./commands/explain.js')).registerExplain,
  replay: async () => (await import('./commands/replay.js')).registerReplay,
  drill: async () => (await import('./commands/drill.js')).registerDrill,
  relay: async () => (await import('./commands/relay.js')).registerRelay,
};

/** With the one command that is called, or with all of them when the first word is none. */
export async function createProgram(firstWord: string | undefined): Promise<Command> {
  const program = new Command('holdline')
    .description(ABOUT)
    .version(VERSION)
    .addHelpText('after', AFTER)
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => write(process.stdout, text),
      writeErr: (text) => write(process.stderr, text),
    })
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  const known = firstWord !== undefined && Object.hasOwn(COMMANDS, firstWord);
  const called = known ? COMMANDS[firstWord] : undefined;
  for (const load of called === undefined ? Object.values(COMMANDS) : [called]) {
    (await load())(program);
  }
  return program;
}
