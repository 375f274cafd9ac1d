import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

import { startMarking } from '../../../src/relay/media/marking.js';

const LAB = fileURLToPath(new URL('marking-lab.js', import.meta.url));
const LAB_MS_MAX = 30_000;
const never = new AbortController().signal;

describe('the marking of media packets', function () {
  this.timeout(LAB_MS_MAX);

  it('sets the DSCP of what the relay sends from its media ports, for IPv4 and IPv6, until it ends', async () => {
    const namespaces = ['--user', '--map-root-user', '--net', '--mount'];
    const { stdout } = await promisify(execFile)(
      'unshare',
      [...namespaces, process.execPath, LAB],
      { timeout: LAB_MS_MAX },
    );
    assert.deepEqual(JSON.parse(stdout), { marked: [1, 1], unmarked: [1, 1], afterwards: [0, 0] });
  });

  it('fails with what nft said when it is not allowed', async () => {
    const options = { tos: 184, addresses: ['not an address'], ports: { min: 1, max: 2 }, id: 1 };
    await assert.rejects(startMarking(options, never), {
      code: 'cannot-mark',
      message: /^cannot mark packets \(tos\): nft: /,
    });
  });
});
