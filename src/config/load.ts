// The one door into the configuration: read, validated once, frozen. Also the one reader of the
// environment.

import type { Config } from './config.js';
import { lineOfPath, readDocument, type SourceDocument } from '../yaml/document.js';
import { freezeDeeply } from './freeze.js';
import { INVALID, Place } from '../yaml/place.js';
import { ConfigError, type Problem } from '../yaml/problem.js';
import { readAtMost, readConfigFile } from '../yaml/read-file.js';
import { RULES } from './rules/all.js';
import { root } from './schema/root.js';
import type { SecretOrigin, SecretOutcome, SecretSource } from './secrets.js';

const SECRET_LENGTH_MAX = 4096;

/** Reads and checks a configuration file. Throws ConfigError with every problem in it. */
export function loadConfig(path: string): Config {
  return parseConfig(readConfigFile(path), path);
}

/** As `loadConfig`, for a text that is at hand; `file` is its name in messages. */
export function parseConfig(
  text: string,
  file: string,
  secrets: SecretSource = readSecret,
): Config {
  const document = readDocument(text, file);
  const problems: Problem[] = [];
  const config = root(secrets)(Place.root(document, problems));
  if (config !== INVALID) {
    problems.push(...breaches(config, document));
  }
  if (config === INVALID || problems.length > 0) {
    problems.sort((left, right) => left.line - right.line);
    throw new ConfigError('config-invalid', file, problems);
  }
  return freezeDeeply(config);
}

function breaches(config: Config, document: SourceDocument): readonly Problem[] {
  return RULES.flatMap((rule) => rule(config)).map((violation) => ({
    ...violation,
    line: lineOfPath(document, violation.path),
  }));
}

function readSecret(origin: SecretOrigin): SecretOutcome {
  if (origin.from === 'environment') {
    const secret = process.env[origin.name] ?? '';
    return secret === '' ? { fault: 'no such variable' } : { secret };
  }
  try {
    const secret = readAtMost(origin.path, SECRET_LENGTH_MAX).replace(/\r?\n$/, '');
    return secret === '' ? { fault: 'an empty file' } : { secret };
  } catch (error) {
    return { fault: sayFault(error) };
  }
}

function sayFault(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
