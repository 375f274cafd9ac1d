// The orders that a person, or a program, gives to the running sidecar. They differ in what is
// ordered and in few options; how they are given and answered is the same.

import { Option, type Command } from 'commander';

import {
  byOption,
  configOption,
  durationArgument,
  jsonOption,
  socketOption,
  whyOption,
} from '../options.js';
import { giveOrder, type OrderOptions } from '../order.js';

interface OrderDefinition {
  readonly description: string;
  /** What only this order has. */
  readonly options: readonly Option[];
  readonly examples: string;
  readonly explanation: string;
}

const ORDERS = {
  drain: {
    description: 'move the calls of this host to its standby, for maintenance',
    options: [forOption(), new Option('--force', 'drain although calls could be lost')],
    examples: `
  holdline drain --why "kernel update"
  holdline drain --why "kernel update, ticket 4711" --for 2h`,
    explanation: `
The calls move to the ready standby while both paths exist, so that none is lost. Without a ready
standby this host keeps its calls. Refused, with how many and why, when calls could be lost. The
order outlives a restart of the sidecar and of the host.`,
  },
  undrain: {
    description: 'let this host serve its calls again',
    options: [],
    examples: `
  holdline undrain --why "kernel update done"`,
    explanation: `
Takes a drain back. With failback mode "manual" it also lets a recovered home take its calls again.`,
  },
  freeze: {
    description: 'let nothing move by itself for a while',
    options: [forOption(), new Option('--even-dead', 'do not even withdraw a dead relay')],
    examples: `
  holdline freeze --why "router upgrade, ticket 4712" --for 1h
  holdline freeze --why "tests on the relay" --even-dead --for 10m`,
    explanation: `
Nothing moves by itself until the order is taken back or its time is over. A dead relay is withdrawn
all the same, unless --even-dead forbids it. A drain still works: it is a person's order too.`,
  },
  unfreeze: {
    description: 'let things move by themselves again',
    options: [],
    examples: `
  holdline unfreeze --why "router upgrade done"`,
    explanation: `
Takes a freeze back: what the evidence asks for happens again.`,
  },
  degrade: {
    description: 'say that this relay does badly: a ready standby is to be preferred',
    options: [forOption()],
    examples: `
  holdline degrade --by media-monitor --why "one-way audio on 3 % of the calls"
  holdline degrade --why "packet loss on the switch" --for 10m`,
    explanation: `
For a program or a person that knows of trouble with this relay which no probe sees. A ready standby
takes the calls; without one this host keeps them. Unlike a drain it is never refused, and the host's
return waits as after any other trouble. The order stands until \`holdline restore\` or its end.`,
  },
  restore: {
    description: 'take back that this relay does badly',
    options: [],
    examples: `
  holdline restore --why "the switch was replaced"`,
    explanation: `
Takes \`holdline degrade\` back. The calls return when all has been well for the settling time.`,
  },
} as const satisfies Record<string, OrderDefinition>;

const EXIT_CODES = `
Exit codes: 0 done and seen at the neighbours, 1 not (the sentences say why), 2 usage or
configuration, 3 the sidecar does not answer.`;

type OrderName = keyof typeof ORDERS;

interface GivenOptions extends OrderOptions {
  readonly for?: number;
  readonly force?: true;
  readonly evenDead?: true;
}

export function registerOrder(name: OrderName): (program: Command) => void {
  const { description, options, examples, explanation }: OrderDefinition = ORDERS[name];
  return (program) => {
    const command = program.command(name).description(description);
    const common = [configOption(), socketOption(), jsonOption()];
    [whyOption(), byOption(), ...options, ...common].forEach((each) => command.addOption(each));
    command
      .addHelpText('after', `\nExamples:${examples}\n${explanation}\n${EXIT_CODES}`)
      .action(({ for: forMs, force, evenDead, ...given }: GivenOptions) =>
        giveOrder(`/${name}`, given, {
          ...(forMs === undefined ? {} : { forMs }),
          ...(force === undefined ? {} : { force }),
          ...(evenDead === undefined ? {} : { evenDead }),
        }),
      );
  };
}

function forOption(): Option {
  return new Option('--for <duration>', 'take the order back after this time').argParser(
    durationArgument,
  );
}
