// `npm run mutate [-- FILE...]`: the mutation score of src/domain.
//
// Every operator, condition, literal text, list, object, block and case of the core is changed, one at
// a time, and the tests of test/domain that reach the place are run until one fails. Types and
// numbers are left alone. A mutant that makes a test run for ever counts as found.
import { fork } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout, clearTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

import { instrument } from './mutate/instrument.mjs';

const SCORE_MIN = 90;
const MUTANT_MS_MAX = 15_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'build/mutated');
const WORKER = fileURLToPath(new URL('mutate/worker.mjs', import.meta.url));

const wanted = process.argv.slice(2);
const mutants = prepare();
await judgeAll(mutants);
report(mutants);

function prepare() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'test'), { recursive: true });
  cpSync(join(ROOT, 'build/src/domain'), join(FOLDER, 'src/domain'), { recursive: true });
  for (const folder of ['test/domain', 'test/support']) {
    cpSync(join(ROOT, 'build', folder), join(FOLDER, folder), { recursive: true });
  }
  const all = [];
  for (const name of readdirSync(join(ROOT, 'src/domain'))) {
    if (wanted.length > 0 && !wanted.includes(name)) {
      continue;
    }
    const text = readFileSync(join(ROOT, 'src/domain', name), 'utf8');
    const { code, mutants: found } = instrument(name, text, all.length + 1);
    writeFileSync(join(FOLDER, 'src/domain', name.replace(/ts$/, 'js')), code);
    all.push(...found);
  }
  return all;
}

async function judgeAll(all) {
  let next = 1;
  while (next <= all.length) {
    next = await judgeFrom(all, next);
  }
  // What runs only while a module is loaded has to be switched on before that.
  for (const mutant of all.filter(({ killedBy, atLoad }) => killedBy === undefined && atLoad)) {
    await watch(fork(WORKER, [FOLDER, 'only', String(mutant.id)]), {
      onResult: ({ killedBy }) => (mutant.killedBy = killedBy),
      onHang: () => (mutant.killedBy = 'it never ends'),
    });
  }
}

/** One worker, until it has judged all or hangs; returns the mutant to go on with. */
async function judgeFrom(all, first) {
  let next = first;
  await watch(fork(WORKER, [FOLDER, String(first), String(all.length)]), {
    onResult: ({ id, starts, ...result }) => {
      if (starts === undefined) {
        Object.assign(all[id - 1], result);
        next = id + 1;
      }
    },
    onHang: () => {
      all[next - 1].killedBy = 'it never ends';
      next += 1;
    },
  });
  return next;
}

function watch(worker, { onResult, onHang }) {
  return new Promise((resolve, reject) => {
    let timer;
    let hung = false;
    const wind = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hung = true;
        onHang();
        worker.kill('SIGKILL');
      }, MUTANT_MS_MAX);
    };
    wind();
    worker.on('message', (message) => {
      wind();
      onResult(message);
    });
    worker.on('exit', (code) => {
      clearTimeout(timer);
      if (code === 0 || hung) {
        resolve();
      } else {
        reject(new Error(`the worker ended with code ${code}`));
      }
    });
  });
}

function report(all) {
  const survivors = all.filter(({ killedBy }) => killedBy === undefined);
  for (const { path, line, column, how, original, tests } of survivors) {
    const reached = tests === 0 ? ' (no test comes here)' : '';
    console.log(`survived: ${path}:${line}:${column} ${how}: ${original}${reached}`);
  }
  for (const path of new Set(all.map((mutant) => mutant.path))) {
    const own = all.filter((mutant) => mutant.path === path);
    const killed = own.filter(({ killedBy }) => killedBy !== undefined).length;
    console.log(`${path.padEnd(22)} ${killed} of ${own.length}, ${percent(killed, own.length)} %`);
  }
  const killed = all.length - survivors.length;
  console.log(`mutation score: ${killed} of ${all.length}, ${percent(killed, all.length)} %`);
  process.exitCode = (100 * killed) / all.length >= SCORE_MIN ? 0 : 1;
}

function percent(part, whole) {
  return ((100 * part) / whole).toFixed(1);
}
