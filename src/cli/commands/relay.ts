import type { Command } from 'commander';

import { RelayConfigError } from '../../relay/config/place.js';
import { RelayError } from '../../relay/errors.js';
import { runRelay } from '../../relay/service.js';
import { CommandError, EXIT } from '../exit.js';

const CONFIG_FILE = '/etc/holdline/relay.yaml';

const EXAMPLES = `
Examples:
  holdline relay -c ./relay.yaml

A media relay of its own, to run beside Holdline where there is no rtpengine: docs/relay.md.
It runs until SIGTERM or SIGINT.

Exit codes: 0 told to stop, 2 usage or configuration, 3 a control port cannot be had.`;

export function registerRelay(program: Command): void {
  program
    .command('relay')
    .description('run a small media relay: audio and video over plain RTP, controlled over ng')
    .option('-c, --config <file>', 'configuration file of the relay', CONFIG_FILE)
    .addHelpText('after', EXAMPLES)
    .action(({ config }: { readonly config: string }) => relay(config));
}

async function relay(file: string): Promise<void> {
  try {
    await runRelay(file);
  } catch (error) {
    if (error instanceof RelayConfigError) {
      throw new CommandError(EXIT.usage, error.message, { cause: error });
    }
    if (error instanceof RelayError) {
      throw new CommandError(EXIT.unreachable, error.message, { cause: error });
    }
    throw error;
  }
}
