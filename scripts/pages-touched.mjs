// `node scripts/pages-touched.mjs PID`: how many pages of 4 kB a process touches in 50 ms, by what the
// kernel marks as referenced (proc(5): clear_refs, smaps_rollup); 200 windows.

import { readFileSync, writeFileSync } from 'node:fs';

const WINDOWS = 200;
const WINDOW_MS = 50;
const KB_PER_PAGE = 4;

const pid = process.argv[2];
const lock = new Int32Array(new SharedArrayBuffer(4));
const pages = Array.from({ length: WINDOWS }, () => {
  writeFileSync(`/proc/${pid}/clear_refs`, '1');
  Atomics.wait(lock, 0, 0, WINDOW_MS);
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Referenced: +(\d+) kB$/m.exec(rollup)[1]) / KB_PER_PAGE;
}).sort((a, b) => a - b);

const mean = Math.round(pages.reduce((sum, each) => sum + each, 0) / WINDOWS);
console.log(
  `mean ${mean}, half at most ${pages[WINDOWS / 2]}, from ${pages[0]} to ${pages.at(-1)}`,
);
