import assert from 'node:assert/strict';

import { waitUntil } from '../support/wait.js';
import { rtp, sdpOf, setUpCall, startBench, type RelayBench } from './relay-bench.js';

const KEEP_TALKING_MS = 100;

describe('calls that nobody ends', () => {
  let bench: RelayBench;

  before(async () => {
    bench = await startBench({ more: 'timeouts: { media: 1s, silent: 1h, offer: 2s }' });
  });
  after(() => bench.stop());

  async function listed(): Promise<unknown> {
    return (await bench.ask({ command: 'list' }))['calls'];
  }

  it('end when their media stop, while those that talk, hold or ring go on', async () => {
    const silent = await setUpCall(bench, 'silent');
    const talking = await setUpCall(bench, 'talking');
    const held = await setUpCall(bench, 'held');
    const hold = { command: 'offer', 'call-id': 'held', 'from-tag': 'caller', 'to-tag': 'callee' };
    const sdp = sdpOf({ port: held.caller.port, more: ['a=sendonly'] });
    await bench.ask({ ...hold, sdp });
    const ring = { command: 'offer', 'call-id': 'ringing', 'from-tag': 'caller' };
    await bench.ask({ ...ring, sdp: sdpOf({ port: 40_000 }) });
    const talk = setInterval(() => talking.caller.send(rtp(), talking.forCaller), KEEP_TALKING_MS);
    try {
      await waitUntil('the silent call ends', async () => {
        const calls = await listed();
        assert.ok(Array.isArray(calls) && ['talking', 'held'].every((id) => calls.includes(id)));
        return !calls.includes('silent');
      });
      await waitUntil('the call that rings in vain ends', async () => {
        const calls = await listed();
        return Array.isArray(calls) && calls.join() === 'talking,held';
      });
    } finally {
      clearInterval(talk);
      [silent, talking, held].forEach((call) => call.close());
    }
    const { statistics } = (await bench.ask({ command: 'statistics' })) as unknown as {
      readonly statistics: { readonly totalstatistics: Readonly<Record<string, unknown>> };
    };
    const { timeoutsessions, offertimeoutsessions } = statistics.totalstatistics;
    assert.deepEqual([timeoutsessions, offertimeoutsessions], [1, 1]);
  });
});
