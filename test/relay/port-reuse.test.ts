import assert from 'node:assert/strict';

import { pause } from '../support/wait.js';
import { rtp, setUpCall, startBench } from './relay-bench.js';

describe('a port that had another call before', () => {
  it('never lets the old voice into the new call', async () => {
    const own = await startBench({ mediaPorts: 4, quarantine: '0s' });
    try {
      const first = await setUpCall(own, 'first');
      first.caller.send(rtp({ ssrc: 0xaaaa }), first.forCaller);
      await first.callee.hears(1);
      await own.ask({ command: 'delete', 'call-id': 'first' });

      const second = await setUpCall(own, 'second');
      const shared = [second.forCaller, second.forCallee].includes(first.forCaller);
      assert.ok(shared, 'the range is so small that the port is used again');
      // The BYE got lost: the first caller goes on talking.
      first.caller.send(rtp({ ssrc: 0xaaaa, sequence: 2 }), first.forCaller);
      await pause(50);
      assert.equal(second.callee.heard.length + second.caller.heard.length, 0);
      second.caller.send(rtp({ ssrc: 0xbbbb }), second.forCaller);
      await second.callee.hears(1);
      first.caller.send(rtp({ ssrc: 0xaaaa, sequence: 3 }), first.forCaller);
      await pause(50);
      assert.equal(second.callee.heard.length, 1);
      [first, second].forEach((call) => call.close());
    } finally {
      await own.stop();
    }
  });
});
