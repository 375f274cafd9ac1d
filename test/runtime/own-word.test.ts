import assert from 'node:assert/strict';

import { initialState, step, type Event, type State } from '../../src/domain/machine.js';
import { ownWord } from '../../src/runtime/own-word.js';
import { policyFrom } from '../../src/runtime/policy.js';
import { heldRoutes, HOME, ROUTER, STANDBY, UNDRAINED } from '../domain/story.js';
import { CONFIG } from './fakes.js';
import { SidecarBench } from './sidecar-bench.js';

const policy = policyFrom(CONFIG);

const DAEMON_UP: Event = {
  kind: 'speaker',
  daemon: 'up',
  atMs: 5,
  held: heldRoutes([HOME, STANDBY], [0, 1]),
  sessions: [ROUTER],
};

function stateAfter(...events: readonly Event[]): State {
  return events.reduce(
    (state, event) => step(state, event, policy).state,
    initialState(policy, UNDRAINED, 0),
  );
}

const say = (state: State) =>
  ownWord({ node: 'relay-a', policy, version: '0.1.0', capacity: 18_000, state });

describe('the word of this host', () => {
  it('says of what is not known that it is not', () => {
    assert.deepEqual(say(stateAfter()), {
      version: '0.1.0',
      relay: 'unknown',
      vips: [],
      sessions: undefined,
      lagMs: undefined,
      drained: false,
      frozen: false,
      capacity: 18_000,
      canaries: {},
      missing: {},
      well: false,
      atRisk: undefined,
    });
  });

  it('says that it has no canary, so that nobody misses it', () => {
    const absent = { kind: 'relay-canary', atMs: 1, outcome: 'absent', detail: 'none' } as const;
    assert.deepEqual(say(stateAfter(absent)).canaries, { 'relay-a': false });
  });

  it('says how its relay is, what it announces, and what it holds for others', () => {
    const database = STANDBY.database ?? NaN;
    const state = stateAfter(
      { kind: 'relay-ping', atMs: 1, outcome: 'answered', roundTripMs: 0.2 },
      { kind: 'relay-sessions', atMs: 1, own: 12, foreign: 3, total: 15 },
      { kind: 'redis-beat', atMs: 2, outcome: 'seen', roundTripMs: 0.7 },
      { kind: 'foreign-canary', atMs: 3, of: 'relay-b', held: true },
      { kind: 'relay-canary', atMs: 3, outcome: 'heard', roundTripMs: 0.2 },
      {
        kind: 'parity',
        atMs: 4,
        side: 'standby',
        database,
        expected: 5,
        held: 3,
        missing: 2,
        extra: 0,
        samples: [],
      },
      DAEMON_UP,
    );
    const { role } = STANDBY;
    assert.ok(role.kind === 'standby');
    const said = say(state);
    assert.equal(said.relay, 'alive');
    assert.equal(said.well, true);
    assert.deepEqual(said.sessions, { own: 11, foreign: 2 }, 'without the canaries');
    assert.equal(said.lagMs, 0.7);
    assert.deepEqual(said.canaries, { 'relay-a': true, 'relay-b': true });
    assert.deepEqual(said.missing, { [STANDBY.name]: 2 });
    assert.deepEqual(
      said.vips.map(({ name, of }) => [name, of]),
      [
        [HOME.name, undefined],
        [STANDBY.name, role.of],
      ],
    );
  });

  it('is not that all is well from the second packet of the canary call that is missed', () => {
    const one = stateAfter(
      DAEMON_UP,
      { kind: 'relay-ping', atMs: 1, outcome: 'answered', roundTripMs: 0.2 },
      { kind: 'relay-canary', atMs: 2, outcome: 'missed', lateMs: 0 },
    );
    assert.equal(say(one).well, true);
    const two = step(one, { kind: 'relay-canary', atMs: 52, outcome: 'missed', lateMs: 0 }, policy);
    assert.equal(say(two.state).well, false);
  });
});

describe('the sidecar among its peers', () => {
  let bench: SidecarBench;

  beforeEach(async () => {
    bench = new SidecarBench();
    await bench.healthy({ ...CONFIG, capacity: { sessions: 18_000 } });
  });
  afterEach(() => bench.end());

  it('tells them how it is', () => {
    const { relay, vips, capacity } = bench.peers.host.word();
    assert.deepEqual([relay, vips.map(({ rank }) => rank), capacity], ['alive', [0, 1], 18_000]);
  });

  it('makes its word anew when something moves that others act on, and for the counts when it is told', async () => {
    const { host } = bench.peers;
    const word = host.word();
    bench.relay({ kind: 'relay-ping', atMs: Date.now(), outcome: 'answered', roundTripMs: 1 });
    assert.equal(host.word(), word);
    bench.relay({ kind: 'foreign-canary', atMs: Date.now(), of: 'relay-b', held: true });
    assert.notEqual(host.word(), word);
    const counted = host.word();
    await bench.clock.tickAsync(1_000);
    bench.relay({ kind: 'relay-ping', atMs: Date.now(), outcome: 'answered', roundTripMs: 1 });
    assert.notEqual(host.word(), counted);
  });

  it('asks them at the second packet that is not heard again, and goes on asking', async () => {
    assert.equal(bench.peers.host.curious(), false);
    for (let miss = 0; miss < 2; miss += 1) {
      assert.equal(bench.peers.asked, 0);
      await bench.clock.tickAsync(50);
      bench.relay({ kind: 'relay-canary', atMs: Date.now(), outcome: 'missed', lateMs: 0 });
    }
    assert.equal(bench.peers.asked, 1);
    assert.equal(bench.peers.host.curious(), true);
  });

  it('asks nobody when its relay dies', () => {
    bench.die();
    assert.equal(bench.peers.asked, 0);
    assert.equal(bench.peers.host.curious(), false);
  });
});
