import { Option, type Command } from 'commander';

import { byOption, configOption, durationArgument, jsonOption } from '../options.js';
import { socketOption, whyOption } from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

const EXAMPLES = `
Examples:
  holdline freeze --why "router upgrade, ticket 4712" --for 1h
  holdline freeze --why "tests on the relay" --even-dead --for 10m

Nothing moves by itself until the order is taken back or its time is over. A dead relay is withdrawn
all the same, unless --even-dead forbids it. A drain still works: it is a person's order too.

Exit codes: 0 done and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

interface FreezeOptions extends OrderOptions {
  readonly for?: number;
  readonly evenDead?: boolean;
}

export function registerFreeze(program: Command): void {
  program
    .command('freeze')
    .description('let nothing move by itself for a while')
    .addOption(whyOption())
    .addOption(byOption())
    .addOption(
      new Option('--for <duration>', 'take the order back after this time').argParser(
        durationArgument,
      ),
    )
    .option('--even-dead', 'do not even withdraw a dead relay')
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: FreezeOptions) =>
      giveOrder('/freeze', options, {
        ...(options.for === undefined ? {} : { forMs: options.for }),
        ...(options.evenDead === true ? { evenDead: true } : {}),
      }),
    );
}
