import assert from 'node:assert/strict';

import type { EscalationEffect } from '../../src/domain/escalation.js';
import { brokenIn } from '../../src/domain/invariants.js';
import type { Policy } from '../../src/domain/policy.js';
import type { NeighbourSession } from '../../src/domain/route.js';
import { ROUTER, Story } from './story.js';

const OTHER = '10.0.2.1';
const BOTH: Partial<Policy> = {
  remedies: ['disable-neighbour', 'stop-command'],
  neighbours: [ROUTER.neighbour, OTHER],
};

/** The relay died at 10 ms, when the daemon was told to withdraw. */
function dead(policy: Partial<Policy> = BOTH): Story {
  const story = Story.healthy(policy).holds(1, [0, 1], sessions(undefined)).confirm(2);
  return story.connection(9, 'ended').connection(10, 'refused');
}

function fail(story: Story, atMs: number, gone?: true): Story {
  const { number } = story.state.convergence;
  const detail = 'no answer';
  return story.tell({ kind: 'speaker-failed', atMs, number, detail, ...(gone && { gone }) });
}

/** The daemon takes the withdraw, and these neighbours are sent a route of ours all the same. */
function stillSent(story: Story, atMs: number, neighbours: readonly string[]): Story {
  const { number } = story.state.convergence;
  story.tell({ kind: 'declared', atMs, number });
  const path = { prefix: '10.99.0.1/32', asPath: [], communities: [], med: undefined, rank: 0 };
  const advertisements = neighbours.map((neighbour) => ({ ...path, neighbour }));
  return story.tell({ kind: 'advertised', atMs, number, advertisements });
}

/** An act has ended, as `disable-neighbour done`. */
function ended(
  story: Story,
  atMs: number,
  what: `${EscalationEffect['act']} ${'done' | 'failed'}`,
  neighbours: readonly string[] = [ROUTER.neighbour, OTHER],
): Story {
  const [act, outcome] = what.split(' ') as [EscalationEffect['act'], 'done' | 'failed'];
  return story.tell({ kind: 'escalated', atMs, act, outcome, neighbours });
}

function sessions(disabled: NeighbourSession['disabled']): NeighbourSession[] {
  const marked = disabled === undefined ? {} : { disabled, state: 'idle' as const };
  return [ROUTER.neighbour, OTHER].map((neighbour) => ({ ...ROUTER, neighbour, ...marked }));
}

const acts = ({ effects }: Story): readonly EscalationEffect[] =>
  effects.filter((effect) => effect.kind === 'escalate');
const names = (story: Story): readonly string[] => acts(story).map(({ act }) => act);
const disabled = ({ state }: Story): readonly string[] =>
  state.escalation.disabled.map(({ neighbour }) => neighbour);

describe('the withdraw of a relay that hangs', () => {
  it('is tried again when it is not carried out, and nothing else is done about it', () => {
    const story = Story.healthy({ ...BOTH, hearsPeers: true }).heard(1_010);
    for (const atMs of [1_050, 1_100, 1_150, 1_200]) {
      story.miss(atMs).unheard(atMs);
    }
    story.word(1_210, {}, { madeAfterMs: 1_201 });
    assert.equal(story.rank('a'), 'withdrawn');
    const first = story.state.convergence.number;
    for (let atMs = 1_220; atMs < 6_000; atMs += 20) {
      story.miss(atMs).unheard(atMs);
      if (story.state.convergence.phase === 'declaring') {
        fail(story, atMs);
      }
      assert.deepEqual(names(story.tick(atMs + 10)), []);
    }
    const tries = story.state.convergence.number - first;
    assert.ok(tries > 5, `${tries}`);
  });
});

describe('the escalation of a withdraw', () => {
  it('takes every neighbour down 420 ms after the withdraw when the daemon does not answer', () => {
    const story = fail(dead(), 310);
    assert.deepEqual(names(story.tick(429)), []);
    assert.ok(story.wakeAtMs()! <= 430);
    assert.deepEqual(acts(story.tick(430)), [
      { kind: 'escalate', act: 'disable-neighbour', neighbours: [ROUTER.neighbour, OTHER] },
    ]);
    assert.deepEqual(names(story.tick(431)), []);
  });

  it('takes only those down that are still sent a route, where that is known', () => {
    const story = stillSent(dead(), 12, [OTHER]).tick(430);
    assert.deepEqual(acts(story)[0]?.neighbours, [OTHER]);
  });

  it('runs the stop command at once when no neighbour could be taken down, and only once', () => {
    const story = fail(dead(), 310).tick(430);
    ended(story, 500, 'disable-neighbour failed');
    assert.deepEqual(names(story), ['stop-command']);
    ended(story, 600, 'stop-command done', []);
    for (const atMs of [900, 5_000]) {
      assert.deepEqual(names(story.tick(atMs)), []);
    }
    assert.equal(story.wakeAtMs()! <= 5_430, true);
    assert.deepEqual(names(story.tick(5_430)), ['disable-neighbour']);
    ended(story, 5_500, 'disable-neighbour failed');
    assert.deepEqual(names(story.tick(9_000)), []);
  });

  it('runs the stop command 130 ms after the neighbours were taken down in vain', () => {
    const story = fail(dead(), 310).tick(430);
    ended(story, 440, 'disable-neighbour done');
    assert.deepEqual(names(story.tick(559)), []);
    assert.deepEqual(names(story.tick(560)), ['stop-command']);
  });

  it('goes no further once every neighbour is down, even if the daemon goes on refusing', () => {
    const story = fail(dead(), 310).tick(430);
    ended(story, 440, 'disable-neighbour done');
    story.holds(450, [0, 1], sessions('by-holdline'));
    assert.deepEqual(names(fail(story, 470).tick(5_000)), []);
    assert.equal(disabled(story).length, 2);
  });

  it('has nothing to repeat where there is only the stop command', () => {
    const story = fail(dead({ ...BOTH, remedies: ['stop-command'] }), 310).tick(430);
    assert.deepEqual(names(story), ['stop-command']);
    ended(story, 440, 'stop-command failed', []);
    assert.equal(story.state.escalation.dueAtMs, undefined);
  });

  it('does nothing beyond trying again where the configuration asks for no more', () => {
    const story = fail(dead({ remedies: [] }), 310).tick(2_000);
    assert.deepEqual(names(story), []);
  });

  it('tries the withdraw again at once when something has been done about it', () => {
    const story = stillSent(dead(), 12, [OTHER]).tick(430);
    stillSent(story, 431, [OTHER]);
    ended(story, 432, 'disable-neighbour done', [OTHER]);
    assert.equal(story.effects[0]?.kind, 'declare');
  });

  it('is over when the withdraw is confirmed', () => {
    const story = fail(dead(), 310).tick(330).confirm(331).tick(430);
    assert.deepEqual(names(story), []);
    assert.equal(story.state.escalation.sinceMs, undefined);
  });

  it('is not for a daemon that falls silent after the withdraw was confirmed', () => {
    const story = dead().confirm(12).tick(5_100);
    assert.equal(story.effects[0]?.kind, 'read-back');
    fail(story, 5_250).tick(9_000);
    assert.deepEqual(names(story), []);
  });

  it('begins anew when a route that was withdrawn is back', () => {
    const story = dead().confirm(12).holds(1_000, [0, 1]);
    assert.equal(story.state.escalation.sinceMs, 1_000);
  });

  it('leaves a daemon alone that has ended', () => {
    const story = fail(dead(), 310, true).tick(2_000);
    assert.deepEqual(names(story), []);
    assert.equal(story.state.escalation.sinceMs, undefined);
  });

  it('is only for a dead relay', () => {
    const drained = fail(Story.healthy(BOTH).drain(10), 310).tick(5_000);
    assert.deepEqual(names(drained), []);
    const stopped = Story.healthy(BOTH).tell({ kind: 'stopping', atMs: 10, how: 'withdraw' });
    assert.deepEqual(names(fail(stopped, 310).tick(5_000)), []);
    const alive = fail(dead(), 310).answer(400).tick(430);
    assert.deepEqual(names(alive), []);
  });

  it('breaks a promise anywhere else', () => {
    const effects = [{ kind: 'escalate', act: 'stop-command', neighbours: [] }] as const;
    const brokenAfter = ({ state, policy }: Story): readonly string[] =>
      brokenIn({ event: { kind: 'tick', atMs: 0 }, before: state, after: state, effects }, policy);
    assert.deepEqual(brokenAfter(dead()), []);
    assert.deepEqual(brokenAfter(Story.healthy()), ['only-the-dead-are-cut-off']);
    const adopted = new Story().connection(0, 'open').connection(1, 'gone');
    assert.deepEqual(brokenAfter(adopted), ['only-the-dead-are-cut-off']);
  });

  it('begins nothing while the sidecar says goodbye', () => {
    const story = dead().tell({ kind: 'stopping', atMs: 20, how: 'withdraw' });
    assert.deepEqual(names(fail(story, 310).tick(5_000)), []);
  });
});

describe('a neighbour that was taken down', () => {
  const down = (): Story =>
    ended(
      stillSent(dead(), 12, [ROUTER.neighbour, OTHER]).tick(430),
      440,
      'disable-neighbour done',
    );

  it('makes the withdraw a verified one', () => {
    const story = down().holds(450, ['withdrawn', 'withdrawn'], sessions('by-holdline'));
    story.confirm(451);
    assert.equal(story.state.convergence.phase, 'verified');
  });

  it('is let up when the relay answers again, once a second until it is up', () => {
    const story = down().holds(450, ['withdrawn', 'withdrawn'], sessions('by-holdline'));
    story.confirm(451);
    assert.deepEqual(acts(story.tick(9_000)), []);
    assert.deepEqual(acts(story.answer(9_001)), [
      { kind: 'escalate', act: 'enable-neighbour', neighbours: [ROUTER.neighbour, OTHER] },
    ]);
    ended(story, 9_002, 'enable-neighbour failed');
    assert.deepEqual(names(story.answer(9_900)), []);
    assert.equal(story.wakeAtMs(), 10_001);
    assert.deepEqual(names(story.tick(10_001)), ['enable-neighbour']);
    story.holds(10_100, ['withdrawn', 'withdrawn'], sessions(undefined));
    assert.deepEqual(disabled(story), []);
    assert.deepEqual(names(story.tick(11_900)), []);
  });

  it('is let up as soon as a daemon that was only silent has taken the withdraw', () => {
    const story = fail(dead(), 310).tick(430);
    ended(story, 440, 'disable-neighbour done');
    story.holds(450, ['withdrawn', 'withdrawn'], sessions('by-holdline')).confirm(460);
    assert.deepEqual(names(story.tick(461)), []);
    assert.ok(story.state.escalation.enableAtMs > 460, 'it was let up with the confirmation');
  });

  it('waits for a daemon that can be reached', () => {
    const story = down().tell({ kind: 'speaker', daemon: 'unreachable', atMs: 450 });
    assert.deepEqual(names(story.answer(9_001)), []);
  });

  it('is forgotten when a new daemon knows nothing of it', () => {
    const story = down().holds(440, ['withdrawn', 'withdrawn'], sessions(undefined));
    assert.equal(disabled(story).length, 2, 'a report from before says nothing');
    story.holds(441, ['withdrawn', 'withdrawn'], sessions(undefined));
    assert.deepEqual(disabled(story), []);
  });

  it('is forgotten when it is no neighbour any more, or another hand has it', () => {
    assert.deepEqual(disabled(down().holds(450, ['withdrawn', 'withdrawn'], [])), []);
    const another = down().holds(450, ['withdrawn', 'withdrawn'], sessions('by-another'));
    assert.deepEqual(disabled(another), []);
  });

  it('is remembered where the daemon does not tell whose hand it was', () => {
    const story = down().holds(450, ['withdrawn', 'withdrawn'], sessions('by-unknown'));
    assert.equal(disabled(story).length, 2);
  });

  it('is none of ours when it was down before', () => {
    const story = stillSent(dead(), 12, [ROUTER.neighbour, OTHER]).tick(430);
    ended(story, 440, 'disable-neighbour done', [OTHER]);
    assert.deepEqual(disabled(story), [OTHER]);
  });

  it('is recognised by its mark after a restart, and waits for the relay', () => {
    const story = new Story(BOTH).holds(0, ['withdrawn', 'withdrawn'], sessions('by-holdline'));
    assert.equal(disabled(story).length, 2);
    assert.deepEqual(names(story.confirm(2)), []);
    assert.deepEqual(names(story.answer(10)), ['enable-neighbour']);
  });

  it('is left to whoever else took it down', () => {
    const story = new Story(BOTH).holds(0, ['withdrawn', 'withdrawn'], sessions('by-another'));
    assert.deepEqual(disabled(story.answer(10)), []);
  });
});
