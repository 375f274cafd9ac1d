import assert from 'node:assert/strict';

import {
  addressesNotHere,
  unlisted,
} from '../../../../src/adapters/relay/condition/local-addresses.js';

const never = new AbortController().signal;

describe('addresses of this host', () => {
  it('are found in the list of the interfaces', () => {
    assert.deepEqual(unlisted(['127.0.0.1', '127.0.0.9', '192.0.2.1', '2001:db8::1']), [
      '127.0.0.9',
      '192.0.2.1',
      '2001:db8::1',
    ]);
  });

  it('are also those that only the routing table knows: nothing that is delivered is missing', async () => {
    const asked = ['127.0.0.1', '127.0.0.9', '192.0.2.1', '2001:db8::1'];
    assert.deepEqual(await addressesNotHere(asked, never), ['192.0.2.1', '2001:db8::1']);
  });

  it('are taken for here while the kernel cannot be asked', async () => {
    const aborted = AbortSignal.abort(new Error('stopping'));
    assert.deepEqual(await addressesNotHere(['192.0.2.1'], aborted), []);
  });
});
