// `node scripts/pages-touched.mjs PID`: how many pages of 4 kB a process touches in 50 ms, by what the
// kernel marks as referenced (proc(5): clear_refs, smaps_rollup); 200 windows. Exit codes: 0 told,
// 1 there is no such process of ours or the kernel does not tell, 2 no PID was given.

import { readFileSync, writeFileSync } from 'node:fs';

const WINDOWS = 200;
const WINDOW_MS = 50;
const KB_PER_PAGE = 4;

const pid = process.argv[2] ?? '';
if (!/^\d+$/.test(pid)) {
  console.error(`pages-touched: expected a PID, got ${JSON.stringify(pid)}`);
  process.exit(2);
}

const lock = new Int32Array(new SharedArrayBuffer(4));

function touchedInOneWindow() {
  writeFileSync(`/proc/${pid}/clear_refs`, '1');
  Atomics.wait(lock, 0, 0, WINDOW_MS);
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = /^Referenced: +(\d+) kB$/m.exec(rollup)?.[1];
  if (kb === undefined) {
    throw new Error(`expected "Referenced: N kB" in smaps_rollup, got ${rollup.slice(0, 200)}`);
  }
  return Number(kb) / KB_PER_PAGE;
}

try {
  const pages = Array.from({ length: WINDOWS }, touchedInOneWindow).sort((a, b) => a - b);
  const mean = Math.round(pages.reduce((sum, each) => sum + each, 0) / WINDOWS);
  const half = pages[WINDOWS / 2];
  console.log(`mean ${mean}, half at most ${half}, from ${pages[0]} to ${pages.at(-1)}`);
} catch (error) {
  console.error(`pages-touched: ${error.message}`);
  process.exitCode = 1;
}
