import assert from 'node:assert/strict';

import { readStoredCall, writeStoredCall } from '../../../src/relay/store/stored-call.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { pause, waitUntil } from '../../support/wait.js';
import { rtp, setUpCall, startBench, type RelayBench } from '../relay-bench.js';

const EVENTS = ['--notify-keyspace-events', 'KEA'];
/** Longer than three looks at the counts. */
const REPAIR_MS_MAX = 15_000;

describe("the relay's sessions in Redis", function () {
  this.timeout(40_000);
  let primary: RedisProgram;
  let replica: RedisProgram;
  let benches: RelayBench[];

  before(async () => {
    primary = await startRedis();
    replica = await startRedis({ replicaOf: primary, args: EVENTS });
    const isUp = async (): Promise<boolean> =>
      (await replica.send('INFO replication')).includes('master_link_status:up');
    await waitUntil('the replica is in step', isUp, 10_000);
  });

  beforeEach(async () => {
    benches = [];
    await primary.send('FLUSHALL');
  });

  afterEach(async () => {
    await Promise.all(benches.map((bench) => bench.stop()));
  });

  after(async () => {
    await replica.stop();
    await primary.stop();
  });

  async function start(own: number, peer: number, at?: RelayBench, more = ''): Promise<RelayBench> {
    const servers = `primary: "redis://127.0.0.1:${primary.port}", replica: "redis://127.0.0.1:${replica.port}"`;
    const redis = `redis: { ${servers}, database: ${own}, peers: [${peer}] }\n${more}`;
    const bench = await startBench({ more: redis, ...(at === undefined ? {} : { at: at.place }) });
    benches.push(bench);
    return bench;
  }

  async function stop(bench: RelayBench): Promise<void> {
    benches = benches.filter((each) => each !== bench);
    await bench.stop();
  }

  const textIn = async (
    database: number,
    callId: string,
    server = primary,
  ): Promise<string | undefined> => {
    const reply = await server.send(`SELECT ${database}`, `GET ${callId}`);
    return /^\+OK\r\n\$\d+\r\n(.*)\r\n/s.exec(reply)?.[1]?.split('\r\n')[0];
  };
  /** On the replica, where a relay that starts reads it. */
  const isIn = (database: number, callId: string) => async (): Promise<boolean> =>
    (await textIn(database, callId, replica)) !== undefined;
  const isNotIn = (database: number, callId: string) => async (): Promise<boolean> =>
    (await textIn(database, callId)) === undefined;
  /** As an inline command, whose quotes Redis reads as C does. */
  const put = (database: number, callId: string, text: string): Promise<string> =>
    primary.send(`SELECT ${database}`, `SET ${callId} ${JSON.stringify(text)}`);

  it('hold an own call while it lives, and only then', async () => {
    const bench = await start(1, 2);
    const call = await setUpCall(bench, 'one');
    await waitUntil('it is written', isIn(1, 'one'));
    const stored = readStoredCall((await textIn(1, 'one')) ?? '');
    assert.equal(stored.call.media[0]?.sides[0].told?.rtp.port, call.caller.port);
    await bench.ask({ command: 'delete', 'call-id': 'one', 'from-tag': 'caller' });
    await waitUntil('it is deleted', isNotIn(1, 'one'));
    call.close();
  });

  it('come back to the same ports after a restart, and the media goes on', async () => {
    const first = await start(1, 2);
    const call = await setUpCall(first, 'two');
    await waitUntil('it is written', isIn(1, 'two'));
    await stop(first);
    const second = await start(1, 2, first);
    assert.deepEqual(second.relay.book.counts, { own: 1, foreign: 0, total: 1 });
    call.caller.send(rtp(), call.forCaller);
    await call.callee.hears(1);
    call.close();
  });

  it('are carried on by the peer, which counts them as foreign and ends them for the home', async () => {
    const home = await start(1, 2);
    const call = await setUpCall(home, 'three');
    await waitUntil('it is written', isIn(1, 'three'));
    await stop(home);
    const peer = await start(2, 1, home);
    assert.deepEqual(peer.relay.book.counts, { own: 0, foreign: 1, total: 1 });
    call.callee.send(rtp(), call.forCallee);
    call.caller.send(rtp(), call.forCaller);
    await call.caller.hears(1);
    await call.callee.hears(1);
    assert.deepEqual(peer.relay.book.counts, { own: 0, foreign: 1, total: 1 });
    await peer.ask({ command: 'delete', 'call-id': 'three', 'from-tag': 'caller' });
    await waitUntil("it is gone from the home's database", isNotIn(1, 'three'));
    call.close();
  });

  it('reach the peer as they come, and leave it as they go', async () => {
    const text = await callOfADeadHome('four');
    const peer = await start(2, 1, lastHome);
    await put(1, 'four', text);
    await waitUntil('the peer has it', () => peer.relay.book.counts.foreign === 1);
    await primary.send('SELECT 1', 'DEL four');
    await waitUntil('the peer lets go', () => peer.relay.book.counts.foreign === 0);
  });

  it('are not replaced by an older writing of the same call', async () => {
    const text = await callOfADeadHome('five');
    const peer = await start(2, 1, lastHome);
    const stored = readStoredCall(text);
    const newer = { ...stored, revision: 9, call: { ...stored.call, signalledAtMs: 999 } };
    await put(1, 'five', writeStoredCall(newer));
    await waitUntil('the peer has it', () => peer.relay.book.counts.foreign === 1);
    await put(1, 'five', text);
    await put(1, 'six', writeStoredCall({ ...stored, call: { ...stored.call, callId: 'no' } }));
    await pause(300);
    assert.equal(peer.relay.book.find('five')?.record.signalledAtMs, 999);
  });

  it('that cannot be read are left alone', async () => {
    const text = await callOfADeadHome('seven');
    const peer = await start(2, 1, lastHome);
    const stored = JSON.parse(text) as Record<string, unknown>;
    const strange = [
      'rubbish',
      '[]',
      'null',
      '{"revision":1}',
      JSON.stringify({ ...stored, revision: -1 }),
      JSON.stringify({ ...stored, call: { ...(stored['call'] as object), version: 2 } }),
      JSON.stringify({ ...stored, call: { ...(stored['call'] as object), media: [7] } }),
      text.replaceAll('"port":', '"port":1'),
      'x'.repeat(70_000),
    ];
    for (const [index, each] of strange.entries()) {
      await put(1, `strange-${index}`, each);
    }
    await put(1, 'seven', text);
    await waitUntil('the good one is there', () => peer.relay.book.counts.foreign === 1);
    assert.equal((await peer.ask({ command: 'ping' }))['result'], 'pong');
    assert.ok(await isIn(1, 'strange-0')(), 'what is not understood is not deleted');
  });

  it('are found again when their events were missed', async () => {
    const text = await callOfADeadHome('eight');
    const peer = await start(2, 1, lastHome);
    await replica.send('CONFIG SET notify-keyspace-events ""');
    await put(1, 'eight', text);
    const has = (): boolean => peer.relay.book.counts.foreign === 1;
    await waitUntil('the peer has it all the same', has, REPAIR_MS_MAX);
    await replica.send('CONFIG SET notify-keyspace-events KEA');
  });

  it('wait for a Redis that hangs, and media and ping do not', async () => {
    const bench = await start(1, 2);
    await primary.freeze();
    await replica.freeze();
    try {
      const call = await setUpCall(bench, 'nine');
      call.caller.send(rtp(), call.forCaller);
      await call.callee.hears(1);
      assert.equal((await bench.ask({ command: 'ping' }))['result'], 'pong');
      call.close();
    } finally {
      primary.signal('SIGCONT');
      replica.signal('SIGCONT');
    }
    await waitUntil('it is written at last', isIn(1, 'nine'), REPAIR_MS_MAX);
  });

  it('are written again when Redis has lost them', async () => {
    const bench = await start(1, 2);
    const call = await setUpCall(bench, 'ten');
    await waitUntil('it is written', isIn(1, 'ten'));
    // Older than the survey's benefit of the doubt.
    await pause(5_500);
    await primary.send('FLUSHALL');
    await waitUntil('it is written anew', isIn(1, 'ten'), REPAIR_MS_MAX);
    call.close();
  });

  it('live while a peer hears them, though their home hears nothing', async () => {
    const home = await start(1, 2, undefined, 'timeouts: { media: 2s }');
    const call = await setUpCall(home, 'eleven');
    await waitUntil('it is written', isIn(1, 'eleven'));
    const sayHeard = async (): Promise<void> => {
      const stored = readStoredCall((await textIn(1, 'eleven')) ?? '');
      const heard = { ...stored, revision: stored.revision + 1, heardAtMs: Date.now() };
      await put(1, 'eleven', writeStoredCall(heard));
    };
    for (let half = 0; half < 7; half += 1) {
      await pause(500);
      await sayHeard();
    }
    assert.equal(home.relay.book.counts.own, 1);
    await waitUntil('it ends when nobody hears it', () => home.relay.book.counts.own === 0, 10_000);
    await waitUntil('and is deleted', isNotIn(1, 'eleven'));
    call.close();
  });

  it('get a sign of life from the peer that carries them', async () => {
    const home = await start(1, 2);
    const call = await setUpCall(home, 'twelve');
    await waitUntil('it is written', isIn(1, 'twelve'));
    await stop(home);
    await start(2, 1, home, 'timeouts: { media: 1s }');
    const heard = async (): Promise<boolean> => {
      call.caller.send(rtp(), call.forCaller);
      return readStoredCall((await textIn(1, 'twelve')) ?? '').heardAtMs > 0;
    };
    await waitUntil('the sign is in the record', heard);
    call.close();
  });

  let lastHome: RelayBench;

  /** The text of a call whose home has died, and whose database has lost it. */
  async function callOfADeadHome(callId: string): Promise<string> {
    lastHome = await start(1, 2);
    const call = await setUpCall(lastHome, callId);
    await waitUntil('it is written', isIn(1, callId));
    const text = (await textIn(1, callId)) ?? '';
    await stop(lastHome);
    await primary.send('FLUSHALL');
    call.close();
    return text;
  }
});
