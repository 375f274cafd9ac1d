import { Option, type Command } from 'commander';

import { byOption, configOption, durationArgument, jsonOption } from '../options.js';
import { socketOption, whyOption } from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

const EXAMPLES = `
Examples:
  holdline degrade --by media-monitor --why "one-way audio on 3 % of the calls"
  holdline degrade --why "packet loss on the switch" --for 10m

For a program or a person that knows of trouble with this relay which no probe sees. A ready
standby takes the calls; without one this host keeps them. Unlike a drain it is never refused, and the
host's return waits as after any other trouble. The word stands until \`holdline restore\` or its end.

Exit codes: 0 done and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

interface DegradeOptions extends OrderOptions {
  readonly for?: number;
}

export function registerDegrade(program: Command): void {
  program
    .command('degrade')
    .description('say that this relay does badly: a ready standby is to be preferred')
    .addOption(whyOption())
    .addOption(byOption())
    .addOption(
      new Option('--for <duration>', 'take the word back after this time').argParser(
        durationArgument,
      ),
    )
    .addOption(configOption())
    .addOption(socketOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: DegradeOptions) =>
      giveOrder('/degrade', options, options.for === undefined ? {} : { forMs: options.for }),
    );
}
