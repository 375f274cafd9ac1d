// A host of its own, in namespaces: takes addresses away from its `lo` and gives them back, and
// prints what the probe says of it, one JSON object a line.

import { spawnSync } from 'node:child_process';

import { createVipProbe } from '../../../../src/adapters/relay/condition/vip-probe.js';
import { pause } from '../../../support/wait.js';

const SEEN_MS = 400;
const ended = new AbortController();

ip('link set lo up');
ip('address add 10.99.0.1/32 dev lo');
ip('-6 address add 2001:db8:99::1/128 dev lo nodad');
const probe = createVipProbe({
  vips: [
    { name: 'a', prefixes: ['10.99.0.1/32', '2001:db8:99::1/128'] },
    { name: 'b', prefixes: ['10.99.0.2/32'] },
  ],
  clock: { nowMs: () => 0 },
});
const watched = probe.watch((seen) => {
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}, ended.signal);

await pause(SEEN_MS);
for (const change of [
  'address add 10.99.0.2/32 dev lo',
  '-6 address del 2001:db8:99::1/128 dev lo',
  'route add local 10.99.0.0/24 dev lo',
  'address del 10.99.0.1/32 dev lo',
  '-6 address add 2001:db8:99::1/128 dev lo nodad',
  // From here on the interface has them all, and its lists are compared with what they said.
  'address add 10.99.0.1/32 dev lo',
  'route del local 10.99.0.0/24 dev lo',
  'address del 10.99.0.2/32 dev lo',
  'address add 10.99.0.2/32 dev lo',
  '-6 address del 2001:db8:99::1/128 dev lo',
  '-6 address add 2001:db8:99::1/128 dev lo nodad',
  'link set lo down',
]) {
  ip(change);
  await pause(SEEN_MS);
}
ended.abort();
await watched;

function ip(command: string): void {
  const { status, stderr } = spawnSync('ip', command.split(' '), { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`ip ${command}: ${stderr}`);
  }
}
