import { InvalidArgumentError, Option, type Command } from 'commander';

import { explain, type Explained } from '../../runtime/journal/explain.js';
import { CommandError, EXIT } from '../exit.js';
import { explanationJson } from '../explain-json.js';
import { sayExplanation } from '../explain-text.js';
import { journalPathOf, reading, type JournalOptions } from '../journal-source.js';
import { configOption, jsonOption } from '../options.js';
import { print, printJson } from '../output.js';
import { parseMoment } from '../say-moment.js';

const EXAMPLES = `
Examples:
  holdline explain                          the last decision
  holdline explain --at 03:12               the last one up to 03:12 UTC
  holdline explain --at 2026-11-22T03:12:07Z --json
  holdline explain --journal ./journal.jsonl

Tells what was seen, which rule decided, what was done and how long each stage
took; with --at also how things stood then.

Exit codes: 0 explained, 1 nothing was decided up to then, 2 usage,
configuration or a journal that cannot be read.`;

/** Times are recorded finer than they are printed: the whole millisecond is meant. */
const WITHIN_MS = 0.999;

interface ExplainOptions extends JournalOptions {
  readonly at?: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('tell from the journal why calls were moved')
    .addOption(
      new Option('--at <time>', 'the last decision up to this time (UTC)')
        .argParser(momentArgument)
        .conflicts('last'),
    )
    .option('--last', 'the last decision (default)')
    .addOption(new Option('--journal <file>', 'instead of the one in the configuration'))
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: ExplainOptions) => tell(options));
}

async function tell(options: ExplainOptions): Promise<void> {
  const path = journalPathOf(options);
  const untilMs = options.at === undefined ? Infinity : options.at + WITHIN_MS;
  const explained = await reading((reader) => explain(reader.readAll(path), untilMs));
  if (explained === undefined) {
    throw new CommandError(EXIT.no, `${path} begins later than that.`);
  }
  if (options.json === true) {
    printJson(explanationJson(explained));
  } else {
    print(sayExplanation(explained, options.at));
  }
  process.exitCode = exitCodeOf(explained);
}

function exitCodeOf({ incident }: Explained): number {
  return incident === undefined ? EXIT.no : EXIT.done;
}

function momentArgument(text: string): number {
  const atMs = parseMoment(text, Date.now());
  if (atMs === undefined) {
    throw new InvalidArgumentError(
      'Expected a time such as 03:12, 03:12:07.5 or 2026-11-22T03:12Z.',
    );
  }
  return atMs;
}
