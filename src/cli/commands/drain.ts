import { Option, type Command } from 'commander';

import { byOption, configOption, durationArgument, jsonOption } from '../options.js';
import { socketOption, whyOption } from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

const EXAMPLES = `
Examples:
  holdline drain --why "kernel update"
  holdline drain --why "kernel update, ticket 4711" --for 2h

The calls move to the ready standby while both paths exist, so that none is lost. Without a ready
standby this host keeps its calls. Refused, with how many and why, when calls could be lost. The order outlives a restart of the sidecar and of the host.

Exit codes: 0 drained and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

interface DrainOptions extends OrderOptions {
  readonly for?: number;
  readonly force?: boolean;
}

export function registerDrain(program: Command): void {
  program
    .command('drain')
    .description('move the calls of this host to its standby, for maintenance')
    .addOption(whyOption())
    .addOption(byOption())
    .addOption(
      new Option('--for <duration>', 'take the order back after this time').argParser(
        durationArgument,
      ),
    )
    .option('--force', 'drain although calls could be lost')
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: DrainOptions) =>
      giveOrder('/drain', options, {
        ...(options.for === undefined ? {} : { forMs: options.for }),
        ...(options.force === true ? { force: true } : {}),
      }),
    );
}
