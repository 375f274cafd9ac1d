#!/usr/bin/env node
import { CommanderError } from 'commander';

import { ConfigError } from '../yaml/problem.js';
import { CommandError, EXIT, type ExitCode } from './exit.js';
import { complain } from './output.js';
import { createProgram } from './program.js';

try {
  const program = await createProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

function explain(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has said it already; help and version are no faults.
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  if (error instanceof ConfigError) {
    complain(error.message);
    return EXIT.usage;
  }
  if (error instanceof CommandError) {
    complain(error.message);
    return error.exitCode;
  }
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.fault;
}
