import type { Command } from 'commander';

import { byOption, configOption, jsonOption, socketOption, whyOption } from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

const EXAMPLES = `
Examples:
  holdline unfreeze --why "router upgrade done"

Takes a freeze back: what the evidence asks for happens again.

Exit codes: 0 done and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

export function registerUnfreeze(program: Command): void {
  program
    .command('unfreeze')
    .description('let things move by themselves again')
    .addOption(whyOption())
    .addOption(byOption())
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: OrderOptions) => giveOrder('/unfreeze', options));
}
