import type { Command } from 'commander';

import { byOption, configOption, jsonOption, socketOption, whyOption } from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

const EXAMPLES = `
Examples:
  holdline undrain --why "kernel update done"

Takes a drain back. With failback mode "manual" it also lets a recovered home take its calls again.

Exit codes: 0 done and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

export function registerUndrain(program: Command): void {
  program
    .command('undrain')
    .description('let this host serve its calls again')
    .addOption(whyOption())
    .addOption(byOption())
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: OrderOptions) => giveOrder('/undrain', options));
}
