import type { Command } from 'commander';

import { byOption, configOption, jsonOption, socketOption, whyOption } from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

const EXAMPLES = `
Examples:
  holdline restore --why "the switch was replaced"

Takes \`holdline degrade\` back. The calls return when all has been well for the settling time.

Exit codes: 0 done and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

export function registerRestore(program: Command): void {
  program
    .command('restore')
    .description('take back that this relay does badly')
    .addOption(whyOption())
    .addOption(byOption())
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: OrderOptions) => giveOrder('/restore', options));
}
