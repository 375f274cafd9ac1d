import type { Command } from 'commander';

import { loadConfig } from '../../config/load.js';
import { CommandError, EXIT } from '../exit.js';
import { configOption } from '../options.js';

const EXAMPLES = `
Examples:
  holdline run -c /etc/holdline/holdline.yaml

Runs in the foreground and writes JSON lines to standard output. SIGTERM says goodbye as \`on-stop\`
asks (default hold: what is announced stays) and ends; a second one ends at once.

Exit codes: 0 stopped by a signal, 2 usage or configuration, 3 the control socket is taken.`;

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run the sidecar')
    .addOption(configOption())
    .addHelpText('after', EXAMPLES)
    .action((options: { readonly config: string }) => run(options.config));
}

async function run(file: string): Promise<void> {
  const config = loadConfig(file);
  const [{ compose }, { runService, stopSignal }, { ListenError }] = await Promise.all([
    import('../compose.js'),
    import('../service.js'),
    import('../../api/listener.js'),
  ]);
  try {
    await runService(await compose(config), stopSignal());
  } catch (error) {
    if (error instanceof ListenError) {
      throw new CommandError(EXIT.unreachable, error.message, { cause: error });
    }
    throw error;
  }
}
