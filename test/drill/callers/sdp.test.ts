import assert from 'node:assert/strict';

import { readSdp, writeSdp } from '../../../src/drill/callers/sdp.js';
import { DrillError } from '../../../src/drill/errors.js';

describe('the SDP of the callers', () => {
  for (const host of ['10.0.0.2', 'fd00:0:0:0::2']) {
    it(`says where the media goes, and is read back (${host})`, () => {
      assert.deepEqual(readSdp(writeSdp({ host, port: 30_002 }, 20)), { host, port: 30_002 });
    });
  }

  it('names the family of its address', () => {
    assert.match(writeSdp({ host: 'fd00:0:0:0::2', port: 4 }, 20), /^c=IN IP6 fd00/m);
  });

  it('is refused without a media line, with what came instead', () => {
    assert.throws(
      () => readSdp('v=0\r\nc=IN IP4 10.99.0.1\r\n'),
      (error) => error instanceof DrillError && /got "v=0/.test(error.message),
    );
  });
});
