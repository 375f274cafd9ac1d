// Runs the domain's tests against one mutant after the other. Tells its parent before each, so
// that a mutant that never ends can be seen and killed from outside.
//   node worker.mjs FOLDER FIRST LAST    mutants that a test reaches while it runs
//   node worker.mjs FOLDER only ID       one mutant, switched on before anything is loaded
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

import fc from 'fast-check';

const [folder, mode, bound] = process.argv.slice(2);
const only = mode === 'only' ? Number(bound) : 0;

let active = only;
let hits = new Set();
globalThis.mutant = (id) => {
  hits.add(id);
  return id === active;
};

const tests = [];
globalThis.describe = (_title, work) => work();
globalThis.it = (title, run) => tests.push({ title, run, hits: new Set(), tookMs: 0 });
// A counterexample is not looked at here, so that it need not be made smaller.
fc.configureGlobal({ seed: 2_439, endOnFailure: true });

try {
  const testFolder = join(folder, 'test/domain');
  for (const name of readdirSync(testFolder).filter((each) => each.endsWith('.test.js'))) {
    await import(pathToFileURL(join(testFolder, name)).href);
  }
} catch (error) {
  if (only === 0) {
    throw error;
  }
  tell({ id: only, killedBy: `loading: ${String(error).slice(0, 80)}` });
  process.exit(0);
}

if (only > 0) {
  tell({ id: only, killedBy: await killerOf(tests) });
} else {
  await runRange(Number(mode), Number(bound));
}
process.exit(0);

async function runRange(first, last) {
  const atLoad = hits;
  for (const test of tests) {
    hits = test.hits;
    const startedMs = performance.now();
    const failure = await failureOf(test);
    test.tookMs = performance.now() - startedMs;
    if (failure !== undefined) {
      throw new Error(`without any mutant "${test.title}" fails: ${failure}`);
    }
  }
  tests.sort((left, right) => left.tookMs - right.tookMs);
  hits = new Set();
  for (let id = first; id <= last; id += 1) {
    const reaching = tests.filter((test) => test.hits.has(id));
    tell({ id, starts: true });
    active = id;
    const killedBy = await killerOf(reaching);
    active = 0;
    tell({ id, killedBy, tests: reaching.length, atLoad: atLoad.has(id) });
  }
}

async function killerOf(list) {
  for (const test of list) {
    if ((await failureOf(test)) !== undefined) {
      return test.title;
    }
  }
  return undefined;
}

async function failureOf({ run }) {
  try {
    await run.call({ timeout: () => undefined, test: { title: '' } });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function tell(message) {
  process.send?.(message);
}
