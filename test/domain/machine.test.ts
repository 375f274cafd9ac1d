import assert from 'node:assert/strict';

import { heldRoutes, HOME, POLICY, STANDBY, Story } from './story.js';

describe('step: death', () => {
  it('withdraws every VIP when the held-open connection ends and nobody listens any more', () => {
    const story = Story.healthy().connection(1_000, 'ended');
    assert.equal(story.effects.length, 0, 'the end of the connection alone says nothing');
    story.connection(1_001, 'refused');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
    assert.deepEqual(
      story.effects.map((effect) => effect.kind),
      ['declare', 'decided'],
      'the command stands before the record of it',
    );
  });

  it('declares the whole desired state, one route a prefix', () => {
    const story = Story.healthy().connection(1_000, 'ended').connection(1_001, 'refused');
    const [declare] = story.effects;
    assert.ok(declare?.kind === 'declare');
    assert.deepEqual(declare.routes, [
      { vip: 'a', prefix: '10.99.0.1/32', rank: 'withdrawn' },
      { vip: 'a', prefix: '2001:db8:99::1/128', rank: 'withdrawn' },
      { vip: 'b', prefix: '10.99.0.2/32', rank: 'withdrawn' },
    ]);
  });

  it('takes a plain reconnect for somebody having closed the connection', () => {
    const story = Story.healthy().connection(1_000, 'ended').connection(1_001, 'open');
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('takes a reconnect that was unclear at first and then refused for a death', () => {
    const story = Story.healthy().connection(1_000, 'ended').connection(1_100, 'unclear');
    assert.equal(story.rank('a'), 0);
    story.connection(1_200, 'refused');
    assert.equal(story.rank('a'), 'withdrawn');
  });

  it('withdraws at once when the process itself was seen to end', () => {
    const story = Story.healthy().connection(1_000, 'ended').connection(1_000, 'gone');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
    story.connection(1_100, 'refused');
    assert.deepEqual(story.effects, [], 'the refusal that follows says nothing new');
  });

  it('does not believe a port that was never open while pings are answered', () => {
    const story = new Story().answer(0).connection(1, 'refused').holds(2, [0, 1]);
    assert.equal(story.rank('a'), 0);
    assert.equal(story.state.evidence.relay.state, 'alive');
  });

  it('believes a refusal at the start, before anything else is known', () => {
    const story = new Story().holds(0, [0, 1]).connection(1, 'refused');
    assert.equal(story.rank('a'), 'withdrawn');
  });

  it('needs two refused pings in a row where no connection is open', () => {
    const story = new Story().answer(0).holds(0, [0, 1]).refusePing(50);
    assert.equal(story.rank('a'), 0);
    story.refusePing(100);
    assert.equal(story.rank('a'), 'withdrawn');
  });

  it('takes refused pings for silence while the connection is open', () => {
    const story = Story.healthy();
    for (const atMs of [50, 100, 150]) {
      story.refusePing(atMs);
    }
    assert.equal(story.rank('a'), 0);
    story.refusePing(200);
    assert.deepEqual(story.verdicts(), ['2 control-silent', '3 control-silent']);
  });

  it('forgets the sessions and the proof of a relay that died', () => {
    const story = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    story.count(3, 5, 7);
    assert.equal(story.state.evidence.relay.sessions, undefined);
    assert.equal(story.state.evidence.parity.home.proven, false);
  });
});

describe('step: silence', () => {
  it('demotes at the fourth missed ping in a row and not before', () => {
    const story = Story.healthy().miss(100).miss(150).miss(200);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
    story.miss(250);
    assert.deepEqual(story.verdicts(), ['2 control-silent', '3 control-silent']);
  });

  it('remembers the first sign of the silence', () => {
    const story = Story.healthy().miss(100).miss(150);
    assert.equal(story.state.evidence.relay.firstSignAtMs, 100);
    story.answer(160);
    assert.equal(story.state.evidence.relay.firstSignAtMs, undefined);
  });

  it('does not count a miss that fell into a stall of its own', () => {
    const story = Story.healthy().miss(100, 26).miss(150, 26).miss(200, 26).miss(250, 26);
    assert.equal(story.state.evidence.relay.missesInARow, 0);
    story.miss(300, 25);
    assert.equal(story.state.evidence.relay.missesInARow, 1, 'at the limit it counts');
  });

  it('never withdraws for silence, however long', () => {
    const story = Story.healthy();
    for (let atMs = 50; atMs < 60_000; atMs += 50) {
      story.miss(atMs);
    }
    assert.deepEqual(story.verdicts(), ['2 control-silent', '3 control-silent']);
  });

  it('keeps a dead relay dead while its pings are missed', () => {
    const story = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    story.connection(3, 'open').miss(4).miss(5).miss(6).miss(7).miss(8);
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
  });

  it('holds everything when there is no look at the relay at all for two seconds', () => {
    const story = Story.healthy().replica(1_999);
    assert.equal(story.reason('a'), 'serving');
    story.replica(2_000);
    assert.deepEqual(story.verdicts(), ['0 blind', '1 blind']);
    story.answer(2_001);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('says starting, not blind, when the relay was never seen', () => {
    const story = new Story().holds(0, [0, 1]).tick(2_000);
    assert.deepEqual(story.verdicts(), ['0 starting', '1 starting']);
  });
});

describe('step: rises', () => {
  const start = (): Story =>
    new Story().connection(0, 'open').answer(0).primary(0).replica(0).count(0, 5, 7).replica(0);

  it('announces only after settle when the daemon held nothing', () => {
    const story = start().holds(0, ['withdrawn', 'withdrawn']);
    story.answer(9_999);
    assert.deepEqual(story.verdicts(), ['withdrawn settling', 'withdrawn settling']);
    assert.equal(story.state.vips['a']?.risesAtMs, 10_000);
    story.answer(10_000);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('starts settling anew after every death', () => {
    const story = start().holds(0, ['withdrawn', 'withdrawn']);
    story.answer(5_000).connection(5_000, 'ended').connection(5_001, 'refused');
    story.connection(6_000, 'open').answer(6_000).count(6_000, 5, 7).replica(6_000);
    story.answer(15_999);
    assert.equal(story.rank('a'), 'withdrawn');
    story.answer(16_000);
    assert.equal(story.rank('a'), 0);
  });

  it('gives a settled home that lacks sessions its demoted rank, and rank 0 when they are back', () => {
    const story = start().holds(0, ['withdrawn', 'withdrawn']);
    story.connection(1, 'ended').connection(2, 'refused').connection(10, 'open').answer(10);
    story.answer(10_010);
    assert.deepEqual(story.verdicts(), ['2 restoring', '3 sessions-unknown']);
    story.count(10_020, 4, 7).replica(10_030);
    assert.equal(story.rank('a'), 2);
    story.count(11_020, 5, 7).replica(11_030);
    assert.equal(story.reason('a'), 'settling');
    story.answer(21_029);
    assert.equal(story.rank('a'), 2);
    story.answer(21_030);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('returns at once from a drain when the host was well all the time', () => {
    const story = Story.healthy().answer(9_000).drain(9_500).answer(10_500);
    assert.deepEqual(story.verdicts(), ['2 drained', '3 drained']);
    story.undrain(10_600);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('does not raise a withdrawn host whose relay is silent', () => {
    const story = new Story().holds(0, ['withdrawn', 'withdrawn']);
    for (let atMs = 0; atMs < 20_000; atMs += 500) {
      story.miss(atMs);
    }
    assert.deepEqual(story.verdicts(), ['withdrawn control-silent', 'withdrawn control-silent']);
  });

  it('keeps the clocks of a settling host running while its evidence holds its breath', () => {
    const story = start().holds(0, ['withdrawn', 'withdrawn']).answer(4_000);
    story.tick(6_500);
    assert.equal(story.reason('a'), 'blind');
    story.answer(10_000);
    assert.equal(story.rank('a'), 0);
  });

  it('waits for a person after a fall when failback is manual', () => {
    const story = Story.healthy({ failback: 'manual', settleMs: 1_000 });
    story.connection(1, 'ended').connection(2, 'refused').connection(10, 'open').answer(10);
    story.count(10, 5, 7).replica(10).answer(1_500);
    assert.deepEqual(story.verdicts(), ['2 awaiting-operator', '1 standby-ready']);
    story.undrain(1_600);
    assert.equal(story.rank('a'), 0);
  });

  it('does not take a drain for a fall when failback is manual', () => {
    const story = Story.healthy({ failback: 'manual', settleMs: 1_000 });
    story.drain(1_000).answer(1_100).undrain(1_200);
    assert.equal(story.rank('a'), 0);
  });
});

describe('step: time', () => {
  it('never goes back, whatever the events say', () => {
    const story = Story.healthy().answer(1_000).replica(900);
    assert.equal(story.state.nowMs, 1_000);
  });

  it('earns the same decisions from the same events', () => {
    const tell = (): Story =>
      Story.healthy().miss(1).miss(2).miss(3).miss(4).answer(5).drain(6).undrain(7).tick(20_000);
    assert.deepEqual(tell().state, tell().state);
  });

  it('says when time alone may change something', () => {
    const story = Story.healthy();
    assert.equal(story.wakeAtMs(), 2_000, 'when the look at the relay grows too old');
    story.tick(2_000);
    assert.equal(story.wakeAtMs(), 5_000, 'then the slow read-back');
  });

  it('has nothing to wake for when all is overdue and the daemon is gone', () => {
    const story = new Story().tick(2_000);
    assert.equal(story.wakeAtMs(), undefined);
  });
});

describe('step: the order of the configuration', () => {
  it('is the order of the declared routes', () => {
    const story = new Story({ vips: [STANDBY, HOME] }).connection(0, 'refused');
    story.tell({
      kind: 'speaker',
      daemon: 'up',
      atMs: 1,
      held: heldRoutes([STANDBY, HOME], [1, 0]),
      sessions: [],
    });
    const [declare] = story.effects;
    assert.ok(declare?.kind === 'declare');
    assert.deepEqual(
      declare.routes.map((route) => route.vip),
      ['b', 'a', 'a'],
    );
    assert.notDeepEqual(POLICY.vips, story.policy.vips);
  });
});
