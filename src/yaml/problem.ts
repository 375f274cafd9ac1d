// What is wrong with a configuration file, said so that it can be put right without the manual:
// file, line, key, what was expected and what was found there.

/** The way from the root of the file to a value: keys of mappings, positions in lists. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly line: number;
  readonly path: Path;
  readonly expected: string;
  readonly got: string;
  /** A further sentence or table, when expected and got do not say it all. */
  readonly hint?: string;
}

export type ConfigErrorCode = 'config-unreadable' | 'config-not-yaml' | 'config-invalid';

/** More are not read by anybody, and a file of another kind can have a hundred thousand. */
const PROBLEMS_SAID_MAX = 50;

/** A configuration file that cannot be used. The message lists its problems, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(code: ConfigErrorCode, file: string, problems: readonly Problem[]) {
    super(sayProblems(file, problems));
    this.code = code;
    this.file = file;
    this.problems = problems;
  }
}

function sayProblems(file: string, problems: readonly Problem[]): string {
  const said = problems.slice(0, PROBLEMS_SAID_MAX).map((problem) => sayProblem(file, problem));
  const left = problems.length - said.length;
  return [...said, ...(left > 0 ? [`${file}: and ${left} more problems`] : [])].join('\n');
}

function sayProblem(file: string, problem: Problem): string {
  const { line, path, expected, got, hint } = problem;
  const key = path.length === 0 ? '' : ` ${sayPath(path)}:`;
  const more = hint === undefined ? '' : hint.startsWith('\n') ? hint : ` (${hint})`;
  return `${file}:${line}:${key} expected ${expected}, got ${got}${more}`;
}

/** `vips[0].prefixes[1]`, as people write it. */
export function sayPath(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join('');
}
