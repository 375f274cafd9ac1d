import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

import type { RelayConditionObservation } from '../../../../src/domain/evidence.js';

const HOST = fileURLToPath(new URL('address-host.js', import.meta.url));
const RUN_MS_MAX = 20_000;

describe('the probe of the VIPs', () => {
  it('tells at the start and at every change which VIPs are not on the host', async () => {
    const { stdout } = await execa(
      'unshare',
      ['--user', '--map-root-user', '--net', process.execPath, HOST],
      { timeout: RUN_MS_MAX, env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } },
    );
    const seen = stdout.split('\n').map((line) => JSON.parse(line) as RelayConditionObservation);
    assert.deepEqual(
      seen.map(({ holds, vips, detail }) => [holds, vips, detail]),
      [
        [true, ['b'], 'not on this host: 10.99.0.2 (VIP b)'],
        [false, [], 'every address of every VIP is on this host'],
        [true, ['a'], 'not on this host: 2001:db8:99::1 (VIP a)'],
        // 10.99.0.1 went from the interface, and stays local by the route of its network.
        [false, [], 'every address of every VIP is on this host'],
        [true, ['b'], 'not on this host: 10.99.0.2 (VIP b)'],
        [false, [], 'every address of every VIP is on this host'],
        [true, ['a'], 'not on this host: 2001:db8:99::1 (VIP a)'],
        [false, [], 'every address of every VIP is on this host'],
        // With `lo` down the kernel still delivers to its IPv4 addresses.
        [true, ['a'], 'not on this host: 2001:db8:99::1 (VIP a)'],
      ],
    );
    assert.deepEqual(new Set(seen.map(({ condition }) => condition)), new Set(['vip-missing']));
  });
});
