import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import { sampleWord } from '../../support/sample-word.js';
import { pause, waitUntil } from '../../support/wait.js';
import { Bench } from './talker.js';

const bench = new Bench();

describe('words of peers, with Redis', () => {
  beforeEach(() => bench.start());
  afterEach(() => bench.stop());

  it('reach the peer that stands by, and the home that it stands by for', async () => {
    const [home, standby] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    home.word = sampleWord({
      vips: home.word.vips,
      sessions: { own: 1_200, foreign: 3 },
      capacity: 18_000,
    });
    const [atStandby, atHome] = await Promise.all([
      standby.heard('relay-a'),
      home.heard('relay-b'),
    ]);
    assert.ok(atStandby.kind === 'peer' && atHome.kind === 'peer');
    assert.deepEqual(atStandby.word, { ...home.word, sequence: atStandby.word.sequence });
    assert.deepEqual(atHome.word.vips, [{ name: 'vip-relay-a', rank: 1, of: 'relay-a' }]);
  });

  it('are told at once when they change, and once a second when they do not', async () => {
    const [home, standby] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    await standby.heard('relay-a');
    const from = standby.observer.seen.length;
    await pause(3_200);
    const count = standby.words('relay-a', from).length;
    assert.ok(count >= 2 && count <= 5, `words: ${count}`);
    home.word = { ...home.word, relay: 'dead' };
    const changedAtMs = clock.nowMs();
    const dead = await standby.observer.next(
      'dead',
      (seen) => seen.kind === 'peer' && seen.word.relay === 'dead',
    );
    assert.ok(dead.atMs - changedAtMs < 2_000, `after ${dead.atMs - changedAtMs} ms`);
  });

  it('of a host that fell silent are never reported again, and are gone after five seconds', async () => {
    const [home, standby] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    await standby.heard('relay-a');
    await home.observer.stop();
    await pause(1_200);
    const from = standby.observer.seen.length;
    const late = bench.talk('relay-c', ['relay-a']);
    await waitUntil(
      'the word expires',
      async () =>
        (await bench.replica.send('SELECT 15', 'EXISTS holdline:peer:relay-a')).includes(':0'),
      7_000,
    );
    assert.deepEqual(standby.words('relay-a', from), []);
    assert.deepEqual(late.words('relay-a'), [], 'what was found standing there proves nothing');
  }).timeout(15_000);

  it('are answered within milliseconds when asked for, and were made after the question', async () => {
    const [home, standby] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    await home.heard('relay-b');
    await standby.heard('relay-a');
    standby.word = { ...standby.word, drained: true };
    const from = home.observer.seen.length;
    const askedAtMs = clock.nowMs();
    home.exchange.ask();
    const answer = await home.heard('relay-b', from);
    assert.ok(answer.kind === 'peer' && answer.word.drained);
    assert.ok(answer.madeAfterMs !== undefined && answer.madeAfterMs >= askedAtMs);
    assert.ok(answer.atMs - askedAtMs < 200, `after ${answer.atMs - askedAtMs} ms`);
  });

  it('are asked for again and again while a decision waits for one', async () => {
    const [home, standby] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    await home.heard('relay-b');
    await standby.heard('relay-a');
    const from = home.observer.seen.length;
    home.curious = true;
    const answers = (): readonly unknown[] =>
      home.words('relay-b', from).filter(({ madeAfterMs }) => madeAfterMs !== undefined);
    await waitUntil('three answers', () => answers().length >= 3);
    home.curious = false;
    await pause(300);
    const enough = answers().length;
    await pause(500);
    assert.equal(answers().length, enough, 'nobody asks any more');
  });

  it('never come while the primary hangs, and harm nobody afterwards', async () => {
    const [home, standby] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    await home.heard('relay-b');
    await standby.heard('relay-a');
    await bench.primary.freeze();
    await pause(300);
    const from = home.observer.seen.length;
    home.curious = true;
    await pause(1_500);
    assert.deepEqual(home.words('relay-b', from), []);
    home.curious = false;
    bench.primary.signal('SIGCONT');
    await home.heard('relay-b', home.observer.seen.length);
  });

  it('that nobody can understand are told of once, and taken for none', async () => {
    const standby = bench.talk('relay-b', ['relay-a', 'relay-c']);
    await standby.next('seen');
    for (let sequence = 1; sequence < 5; sequence += 1) {
      const bad = JSON.stringify({ ...sampleWord(), sequence, relay: 'dancing' });
      const good = JSON.stringify({
        ...sampleWord({ vips: [{ name: 'vip-relay-c', rank: 0 }] }),
        sequence,
        later: { fields: [1] },
      });
      await bench.primary.send(
        'SELECT 15',
        `SET holdline:peer:relay-a '${bad}'`,
        `SET holdline:peer:relay-c '${good}'`,
      );
      await pause(1_000);
    }
    await standby.heard('relay-c');
    assert.deepEqual(standby.words('relay-a'), []);
    assert.equal(standby.troubles.length, 1, standby.troubles.join('\n'));
    assert.match(standby.troubles[0]!, /relay-a: relay: expected a state, got "dancing"/);
  });

  it('of a host that calls its own VIP alike are none of ours', async () => {
    const [home, other] = [bench.talk('relay-a'), bench.talk('relay-b', ['relay-a'])];
    other.word = sampleWord({ vips: [{ name: 'vip-relay-a', rank: 0, of: undefined }] });
    await home.next('seen');
    await pause(1_500);
    assert.deepEqual(home.words('relay-b'), []);
  });

  it('are told and heard with no more rights than docs/redis.md grants', async () => {
    const [onPrimary = '', onReplica = ''] = [
      ...readFileSync('docs/redis.md', 'utf8').matchAll(/^ACL SETUSER .*$/gm),
    ].map(([line]) => line);
    await bench.primary.send(onPrimary);
    await bench.replica.send(onReplica);
    const login = { username: 'holdline', password: 'PASSWORD' };
    const home = bench.talk('relay-a', [], { login });
    const standby = bench.talk('relay-b', ['relay-a'], { login });
    await Promise.all([home.heard('relay-b'), standby.heard('relay-a')]);
    const from = home.observer.seen.length;
    home.exchange.ask();
    await home.heard('relay-b', from);
    // By reading, not by an answer.
    await home.observer.next(
      'a word that was read',
      (seen) => seen.kind === 'peer' && seen.madeAfterMs === undefined,
      from,
    );
    await home.next('seen');
    assert.deepEqual([...home.troubles, ...standby.troubles], []);
  });

  it('are written into the own database and nowhere else', async () => {
    const home = bench.talk('relay-a');
    await home.next('seen');
    await waitUntil('the word is written', async () =>
      (await bench.primary.send('SELECT 15', 'KEYS *')).includes('holdline:peer:relay-a'),
    );
    const keyspace = await bench.primary.send('INFO keyspace');
    assert.match(keyspace, /db15:keys=1,expires=1/);
    assert.doesNotMatch(keyspace, /db(?!15)\d+:/);
  });

  it('that cannot be told are said to be refused', async () => {
    await bench.primary.send('ACL SETUSER default resetkeys ~nothing');
    const home = bench.talk('relay-a');
    await home.next('seen');
    await waitUntil('a trouble', () => home.troubles.length > 0);
    assert.match(home.troubles[0]!, /telling this host's word: NOPERM/);
  });
});
