// The drill, as the command line starts it.

import { DrillError } from './errors.js';
import { runEnclosed } from './enclosure.js';
import type { DrillOptions } from './options.js';
import { whatIsMissing, whyNoNamespaces } from './requirements.js';
import { scenariosFor } from './scenarios/all.js';

export { DrillError } from './errors.js';
export { CALLS_MAX, RUNS_MAX, type DrillOptions } from './options.js';
export type { RelayKind, StoreKind } from './lab/programs.js';
export { listScenarios } from './scenarios/all.js';

/**
 * Builds the lab, runs the drill and resolves with 0 when every run passed, 1 when one did not.
 * Rejects with DrillError `unknown-scenario`, `missing-program` or `no-namespaces` before anything
 * is started.
 */
export async function runDrill(options: DrillOptions): Promise<number> {
  scenariosFor(options.scenario);
  const missing = whatIsMissing(options);
  if (missing !== undefined) {
    throw new DrillError('missing-program', missing);
  }
  const reason = await whyNoNamespaces();
  if (reason !== undefined) {
    throw new DrillError('no-namespaces', reason);
  }
  return runEnclosed(options);
}
