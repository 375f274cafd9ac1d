import type { Command } from 'commander';

import type { Config } from '../../config/config.js';
import { sayCanary } from '../../config/canary-plan.js';
import { effective, effectiveYaml } from '../../config/effective.js';
import { loadConfig } from '../../config/load.js';
import { budgetOf, drawBudget } from '../../config/rules/budget.js';
import { ConfigError, sayPath } from '../../yaml/problem.js';
import { EXIT } from '../exit.js';
import type { Knock } from '../knock.js';
import { configOption, jsonOption } from '../options.js';
import { complain, print, printJson } from '../output.js';

const EXAMPLES = `
Examples:
  holdline check -c ./holdline.yaml
  holdline check --live          also ask the relay, Redis and the BGP daemon
  holdline check --json

Prints the effective configuration, every default spoken out, secrets as where they come from.

Exit codes: 0 good, 1 the file is good but something did not answer (--live), 2 the file is wrong.`;

interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly live?: boolean;
}

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('check a configuration file and print what it means')
    .addOption(configOption())
    .option('--live', 'also see whether everything it names answers')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action((options: CheckOptions) => check(options));
}

async function check(options: CheckOptions): Promise<void> {
  const config = loadOrTell(options);
  if (config === undefined) {
    return;
  }
  const live = options.live === true ? await lookAround(config) : [];
  if (options.json === true) {
    printJson({
      ok: live.every(isGood),
      config: effective(config),
      budget: budgetOf(config),
      canary: sayCanary(config),
      live,
    });
  } else {
    print(effectiveYaml(config));
    print('\n# The file is good.');
    print(`# worst case in milliseconds; each keeps the budget of ${config.budgetMs}`);
    print(drawBudget(config, '# '));
    print(`# ${sayCanary(config)}`);
    live.forEach((each) => print(sayKnock(each)));
  }
  process.exitCode = live.every(isGood) ? EXIT.done : EXIT.no;
}

/** Loads the adapters only for this: the check of a file alone does without them. */
async function lookAround(config: Config): Promise<readonly Knock[]> {
  const { knock } = await import('../knock.js');
  return knock(config);
}

function loadOrTell({ config, json }: CheckOptions): Config | undefined {
  try {
    return loadConfig(config);
  } catch (error) {
    if (!(error instanceof ConfigError) || json !== true) {
      throw error;
    }
    const problems = error.problems.map(({ path, ...rest }) => ({ key: sayPath(path), ...rest }));
    printJson({ ok: false, code: error.code, file: error.file, problems });
    complain(`${error.file}: ${problems.length} problem(s)`);
    process.exitCode = EXIT.usage;
    return undefined;
  }
}

function isGood({ fault }: Knock): boolean {
  return fault === null;
}

function sayKnock({ what, where, fault, warnings }: Knock): string {
  const answer = fault === null ? 'answers' : 'FAULT  ';
  return [
    `# ${answer}  ${what} at ${where}${fault === null ? '' : `: ${fault}`}`,
    ...warnings.map((warning) => `# warning  ${what} at ${where}: ${warning}`),
  ].join('\n');
}
