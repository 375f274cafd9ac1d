import assert from 'node:assert/strict';
import { Socket } from 'node:dgram';

import sinon from 'sinon';

import { Answering } from '../../../src/relay/control/answering.js';
import { UdpControl } from '../../../src/relay/control/udp-control.js';
import { QUIET } from '../relay-bench.js';

describe("the relay's ng port", () => {
  // Sending such a packet takes a raw socket, and with it rights that a test does not have.
  it('outlives a request that has port 0 as its return address, which anybody can forge', () => {
    const bind = sinon.spy(Socket.prototype, 'bind');
    const commands = sinon.spy(() => ({ result: 'pong' }));
    const control = new UdpControl({ host: '127.0.0.1', port: 0 }, new Answering(commands, QUIET));
    try {
      const [socket] = bind.thisValues as Socket[];
      const from = { address: '127.0.0.1', family: 'IPv4', size: 20 };
      socket?.emit('message', Buffer.from('c1 d7:command4:pinge'), { ...from, port: 0 });
      assert.equal(commands.callCount, 0);
      socket?.emit('message', Buffer.from('c2 d7:command4:pinge'), { ...from, port: 9 });
      assert.equal(commands.callCount, 1);
    } finally {
      bind.restore();
      control.close();
    }
  });
});
