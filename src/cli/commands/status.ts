import type { Command } from 'commander';

import { ask } from '../control-client.js';
import { controlSocketOf, type TargetOptions } from '../control-target.js';
import { CommandError, EXIT } from '../exit.js';
import { configOption, jsonOption, socketOption } from '../options.js';
import { print } from '../output.js';

const EXAMPLES = `
Examples:
  holdline status
  holdline status --json | jq .vips
  holdline status --socket /run/holdline/control.sock

Exit codes: 0 printed, 2 usage or configuration, 3 the sidecar does not answer.`;

interface StatusOptions extends TargetOptions {
  readonly json?: boolean;
}

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('show what the running sidecar sees, announces and why')
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: StatusOptions) => showStatus(options));
}

async function showStatus(options: StatusOptions): Promise<void> {
  const answer = await ask({
    socketPath: controlSocketOf(options),
    method: 'GET',
    path: '/status',
    accept: options.json === true ? 'application/json' : 'text/plain',
  });
  if (answer.status !== 200) {
    const message = `The sidecar answered ${answer.status}: ${answer.text}`;
    throw new CommandError(EXIT.unreachable, message);
  }
  print(answer.text);
}
