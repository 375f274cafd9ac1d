import { Argument, type Command } from 'commander';

import { loadConfig } from '../../config/load.js';
import type { RenderedDaemon } from '../compose.js';
import { configOption } from '../options.js';
import { print } from '../output.js';

const EXAMPLES = `
Examples:
  holdline render bird -c holdline.yaml > /etc/bird/bird.conf
  holdline render gobgp -c holdline.yaml > /etc/gobgp/gobgpd.toml
  holdline render gobgp-bfd -c holdline.yaml > /etc/holdline/bfd.conf

Prints the whole file. The neighbours need \`as\` in the configuration for it.
GoBGP 3 has no BFD: gobgp-bfd is for a BIRD beside it that speaks BFD and nothing else.

Exit codes: 0 printed, 2 usage or configuration.`;

/** As in compose.ts, which is too heavy to load for a help text. */
const DAEMONS = ['bird', 'gobgp', 'gobgp-bfd'] as const satisfies readonly RenderedDaemon[];

export function registerRender(program: Command): void {
  program
    .command('render')
    .description("print the BGP daemon's configuration that fits this one")
    .addArgument(new Argument('<daemon>', 'the BGP daemon').choices(DAEMONS))
    .addOption(configOption())
    .addHelpText('after', EXAMPLES)
    .action((daemon: RenderedDaemon, options: { readonly config: string }) =>
      render(daemon, options.config),
    );
}

async function render(daemon: RenderedDaemon, file: string): Promise<void> {
  const config = loadConfig(file);
  const { renderFor } = await import('../compose.js');
  print(renderFor(daemon, config));
}
