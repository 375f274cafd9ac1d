// `npm run explore -- 5`: all orders of so many faults, with the figures.

import { explore } from './explore.js';

const startedMs = performance.now();
const { depth, actions, states, transitions, broken } = explore(Number(process.argv[2] ?? '4'));
const tookS = ((performance.now() - startedMs) / 1_000).toFixed(1);
process.stdout.write(
  `depth ${depth}, ${actions} actions: ${states} states, ${transitions} transitions, ` +
    `${broken.length} broken, ${tookS} s\n`,
);
for (const { promise, path } of broken.slice(0, 5)) {
  process.stdout.write(`${promise}: ${path.join(', then ')}\n`);
}
process.exitCode = broken.length === 0 ? 0 : 1;
