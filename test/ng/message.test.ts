import assert from 'node:assert/strict';

import { DictReader, writeDict } from '../../src/ng/message.js';
import { decodeMessage } from '../support/ng-message.js';

describe('an ng message', () => {
  it('is written as its dictionary is, whether that may change or not', () => {
    const changing = { command: 'ping' };
    const frozen = Object.freeze({ command: 'ping' });
    const written = [frozen, changing, frozen, changing].map((dict) => writeDict(dict).toString());
    changing.command = 'list';
    written.push(writeDict(changing).toString());
    const ping = 'd7:command4:pinge';
    assert.deepEqual(written, [ping, ping, ping, ping, 'd7:command4:liste']);
  });

  it('is read anew unless it says the very same as the short one before', () => {
    const reader = new DictReader();
    const read = (message: string): object => {
      const datagram = Buffer.from(message);
      const { cookie, dict } = decodeMessage(datagram);
      const again = reader.read(datagram, cookie.length + 1);
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
    assert.throws(() => reader.read(Buffer.from('a8 d6:result4:pang'), 3), /bencode at byte/);
  });
});
