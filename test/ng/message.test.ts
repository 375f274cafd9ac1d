import assert from 'node:assert/strict';

import { decodeMessage, DictReader, encodeMessage } from '../../src/ng/message.js';

describe('an ng message', () => {
  it('is written as its dictionary is, whether that may change or not', () => {
    const changing = { command: 'ping' };
    const frozen = Object.freeze({ command: 'ping' });
    const written = ['a', 'b'].flatMap((cookie) => [
      encodeMessage({ cookie, dict: frozen }).toString(),
      encodeMessage({ cookie, dict: changing }).toString(),
    ]);
    changing.command = 'list';
    written.push(encodeMessage({ cookie: 'c', dict: changing }).toString());
    assert.deepEqual(written, [
      'a d7:command4:pinge',
      'a d7:command4:pinge',
      'b d7:command4:pinge',
      'b d7:command4:pinge',
      'c d7:command4:liste',
    ]);
  });

  it('is read anew unless it says the very same as the short one before', () => {
    const reader = new DictReader();
    const read = (message: string): object => {
      const datagram = Buffer.from(message);
      const { cookie, dict } = decodeMessage(datagram);
      const again = reader.read(datagram, cookie);
      assert.deepEqual(again, dict);
      assert.ok(Object.isFrozen(again));
      return again;
    };
    const pong = read('a1 d6:result4:ponge');
    assert.equal(read('a23 d6:result4:ponge'), pong);
    const long = `d6:result2:ok3:sdp99:${'x'.repeat(99)}e`;
    assert.notEqual(read(`a4 ${long}`), read(`a5 ${long}`));
    assert.equal(read('a6 d6:result4:ponge'), pong, 'a long one is not kept in its place');
    assert.notEqual(read('a7 d6:result4:pange'), pong);
    assert.throws(() => reader.read(Buffer.from('a8 d6:result4:pang'), 'a8'), /bencode at byte/);
  });
});
