import assert from 'node:assert/strict';

import { holdsUntilMs, NO_FALLS, noteChange } from '../../src/domain/hold-off.js';
import { initialState } from '../../src/domain/machine.js';
import { POLICY, ROUTER, Story, UNDRAINED } from './story.js';

const OTHER = { ...ROUTER, neighbour: '10.0.2.1' };

describe('the time of a verdict', () => {
  it('is that of the last change of rank or reason, and no later look moves it', () => {
    const story = Story.healthy().answer(50).answer(90);
    const since = (): unknown => story.state.vips['a']?.sinceMs;
    assert.equal(since(), 0);
    story.miss(100).miss(150).miss(200).miss(250).miss(300);
    assert.equal(since(), 250);
    story.answer(400);
    assert.equal(story.reason('a'), 'settling');
    assert.equal(since(), 400, 'the reason alone has changed');
    assert.equal(story.rank('a'), 2);
  });

  it('starts as nothing known', () => {
    const { vips, speaker, evidence, convergence } = initialState(POLICY, UNDRAINED, 7);
    assert.equal(vips['a']?.reason, 'starting');
    assert.deepEqual(speaker, { daemon: 'unknown', reportedAtMs: 7, held: [], sessions: [] });
    assert.deepEqual(convergence.advertisements, []);
    assert.equal(convergence.readRequested, false);
    const { replica, primary } = evidence.store;
    assert.deepEqual(
      [replica.answersSinceMs, replica.linkSinceMs, replica.offsetBytes, replica.databaseSizes],
      [7, 7, -1, {}],
    );
    assert.deepEqual(primary, {
      answers: undefined,
      answersSinceMs: 7,
      lookedAtMs: 7,
      offsetBytes: -1,
    });
  });
});

describe('what counts as a fall', () => {
  it('is neither a drain nor a rise', () => {
    const story = Story.healthy().answer(20_000).drain(20_000);
    assert.equal(story.rank('a'), 2);
    assert.equal(story.state.vips['a']?.holdOff.strikes, 0);
    story.undrain(20_001);
    assert.equal(story.rank('a'), 0);
    assert.equal(story.state.vips['a'].holdOff.strikes, 0);
    assert.equal(story.state.vips['a'].holdOff.lastFallAtMs, undefined);
  });

  it('is not the goodbye of the sidecar', () => {
    const story = Story.healthy().tell({ kind: 'stopping', atMs: 10, how: 'drain' });
    assert.deepEqual(story.verdicts(), ['2 stopping', '3 stopping']);
    assert.equal(story.state.vips['a']?.holdOff.strikes, 0);
  });

  it('is a silence, and its end does not count once more', () => {
    const story = Story.healthy().miss(100).miss(150).miss(200).miss(250);
    assert.equal(story.state.vips['a']?.holdOff.strikes, 1);
    story.answer(300).answer(10_301);
    assert.equal(story.rank('a'), 0);
    assert.equal(story.state.vips['a'].holdOff.strikes, 1);
  });
});

describe('a release', () => {
  const fallen = (): Story => Story.healthy({ failback: 'manual' }).miss(1).miss(2).miss(3).miss(4);

  it('lets a manual failback go on only when it came after the fall', () => {
    const operator = { ...UNDRAINED, releasedAtMs: 3 };
    const before = fallen().tell({ kind: 'operator', atMs: 5, operator }).answer(6).answer(10_006);
    assert.equal(before.reason('a'), 'awaiting-operator');
    assert.equal(before.rank('a'), 2);
    const at = { ...UNDRAINED, releasedAtMs: 4 };
    const after = fallen().tell({ kind: 'operator', atMs: 5, operator: at });
    assert.equal(after.answer(6).answer(10_006).rank('a'), 0);
  });
});

describe('the account with a damping router', () => {
  it('makes the return from a demotion wait longer than the return from nothing', () => {
    const long = { settleMs: 1_000, maxHoldMs: 100_000_000 };
    const fall = { from: 0, to: 2, fall: true } as const;
    const rise = { from: 2, to: 0, fall: false } as const;
    const once = noteChange(noteChange(NO_FALLS, fall, 0, long), rise, 0, long);
    const twice = noteChange(once, fall, 0, long);
    const untilMs = (from: 2 | 'withdrawn'): number | undefined =>
      holdsUntilMs(twice, { from, to: 0 }, 1, long);
    assert.equal(untilMs(2), Math.log2(3) * 900_000);
    assert.equal(untilMs('withdrawn'), Math.log2(1.5) * 900_000);
  });
});

describe('the read-back with several neighbours', () => {
  const sent = (neighbour: string, rank: number, prefix: string): object => ({
    neighbour,
    rank,
    prefix,
    asPath: [],
    communities: [],
    med: undefined,
  });
  const all = (neighbour: string, rank = 0): readonly object[] => [
    sent(neighbour, rank, '10.99.0.1/32'),
    sent(neighbour, rank, '2001:db8:99::1/128'),
    sent(neighbour, 1, '10.99.0.2/32'),
  ];

  function readBack(advertisements: readonly object[], sessions = [ROUTER, OTHER]): string {
    const story = new Story().answer(0).holds(1, [0, 1], sessions);
    story.tell({ kind: 'advertised', atMs: 2, number: 1, advertisements } as never);
    return story.state.convergence.phase;
  }

  it('asks that every one of them is sent everything', () => {
    assert.equal(readBack([...all('10.0.1.1'), ...all('10.0.2.1')]), 'verified');
    assert.equal(readBack(all('10.0.1.1')), 'waiting');
    assert.equal(readBack([...all('10.0.1.1'), ...all('10.0.2.1', 2)]), 'waiting');
  });

  it('asks nothing of one whose session is down', () => {
    const down = { ...OTHER, state: 'active' as const };
    assert.equal(readBack(all('10.0.1.1'), [ROUTER, down]), 'verified');
  });

  it('looks again when a session comes up, not when one that is down changes', () => {
    const active = { ...OTHER, state: 'active' as const };
    const idle = { ...OTHER, state: 'idle' as const };
    const story = new Story().answer(0).holds(1, [0, 1], [ROUTER, active]).confirm(2);
    assert.equal(story.state.convergence.phase, 'verified');
    story.holds(10, [0, 1], [ROUTER, idle]);
    assert.deepEqual(story.effects, []);
    story.holds(20, [0, 1], [ROUTER, OTHER]);
    assert.deepEqual(story.effects, [{ kind: 'read-back', number: 1 }]);
  });
});

describe('the first signs', () => {
  it('are waited for: until the relay was looked at, everything stays', () => {
    assert.deepEqual(new Story().holds(1, [0, 1]).verdicts(), ['0 starting', '1 starting']);
    assert.deepEqual(new Story().holds(1, [2, 3]).verdicts(), ['2 starting', '3 starting']);
  });

  it('of trouble are the end of the connection, and never its opening', () => {
    const sign = (story: Story): unknown => story.state.evidence.relay.firstSignAtMs;
    assert.equal(sign(Story.healthy().connection(5, 'open')), undefined);
    assert.equal(sign(Story.healthy().connection(5, 'ended').connection(6, 'refused')), 5);
  });
});
