import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { TcpControl } from '../../../src/relay/control/tcp-control.js';
import type { Answering } from '../../../src/relay/control/answering.js';
import type { Listing } from '../../../src/relay/control/session-listing.js';
import { freePort } from '../../support/free-port.js';
import { pause, waitUntil } from '../../support/wait.js';

const PIECE = 'x'.repeat(65_536);
const PIECES = 4_000;

describe('a listing over TCP', () => {
  let control: TcpControl;
  let client: Socket;
  let made = 0;

  beforeEach(async () => {
    made = 0;
    async function* listing(): Listing {
      for (; made < PIECES; made += 1) {
        yield PIECE;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const port = await freePort();
    const silent = { answer: () => undefined } as unknown as Answering;
    control = await TcpControl.listen({ host: '127.0.0.1', port }, silent, () => listing());
    client = connect(port, '127.0.0.1');
    client.write('list\n');
  });
  afterEach(async () => {
    client.destroy();
    await control.close();
  });

  it('is made no faster than it is read, and comes whole', async () => {
    client.pause();
    let before = -1;
    await waitUntil('the first piece', () => made > 0);
    while (made !== before) {
      before = made;
      await pause(100);
    }
    assert.ok(made < PIECES / 4, `${made} pieces were made for somebody who reads none`);
    assert.equal((await text(client)).length, PIECES * PIECE.length);
  });
});
