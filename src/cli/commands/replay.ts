import { Argument, Option, type Command } from 'commander';

import { loadConfig } from '../../config/load.js';
import { policyFrom } from '../../runtime/policy.js';
import { rerun } from '../../runtime/journal/rerun.js';
import { whatIf } from '../../runtime/journal/what-if.js';
import { EXIT } from '../exit.js';
import { reading } from '../journal-source.js';
import { jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { sayRerun, sayWhatIf } from '../replay-text.js';

const EXAMPLES = `
Examples:
  holdline replay /var/lib/holdline/journal.jsonl
  holdline replay journal.jsonl -c other.yaml
  holdline replay journal.jsonl --json

Without -c every recorded event is given to the core again, with the settings of
the journal, and every decision must be the same. With -c: what would have
happened with those settings, side by side. The BGP daemon is then a model that
takes every command while the recorded one was reachable.

Exit codes: 0 every decision was the same (with -c: printed), 1 one was not,
2 usage, configuration or a journal that cannot be read.`;

interface ReplayOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('run a journal through the decisions again, also with other settings')
    .addArgument(new Argument('<journal>', 'one file of a journal'))
    .addOption(new Option('-c, --config <file>', 'a configuration with other settings'))
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: ReplayOptions) =>
      options.config === undefined
        ? replaySame(path, options.json === true)
        : replayOther(path, options.config, options.json === true),
    );
}

async function replaySame(path: string, json: boolean): Promise<void> {
  const result = await reading((reader) => rerun(reader.readFile(path)));
  if (json) {
    printJson({ ...result, difference: result.difference ?? null });
  } else {
    print(sayRerun(result));
  }
  process.exitCode = result.difference === undefined ? EXIT.done : EXIT.no;
}

async function replayOther(path: string, file: string, json: boolean): Promise<void> {
  const policy = policyFrom(loadConfig(file));
  const result = await reading((reader) => whatIf(reader.readFile(path), policy));
  if (json) {
    printJson(result);
  } else {
    print(sayWhatIf(result, file));
  }
}
