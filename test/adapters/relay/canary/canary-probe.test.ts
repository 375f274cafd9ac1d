import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';

import { createCanaryProbe } from '../../../../src/adapters/relay/canary/canary-probe.js';
import type { CanaryOptions } from '../../../../src/adapters/relay/canary/canary.js';
import { systemClock as clock } from '../../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../../src/domain/evidence.js';
import { isDict } from '../../../../src/ng/message.js';
import { Observer } from '../../../support/observer.js';
import { askRelay } from '../../../support/ask-relay.js';
import { startRtpengine, type Rtpengine } from '../../../support/rtpengine.js';
import { pause, waitUntil } from '../../../support/wait.js';

const CALL_ID = 'holdline-canary-relay-a';

function isCanary(outcome: string): (seen: RelayObservation) => boolean {
  return (seen) => seen.kind === 'relay-canary' && seen.outcome === outcome;
}

describe('the canary probe, with rtpengine', () => {
  let relay: Rtpengine;
  let observer: Observer<RelayObservation>;
  let said: string[];
  let mayWrite: boolean;

  function probe(given: Partial<CanaryOptions> = {}) {
    return createCanaryProbe({
      target: relay.ng,
      callId: CALL_ID,
      vipAddress: '127.0.0.1',
      intervalMs: 20,
      deadlineMs: 50,
      clock,
      mayWrite: () => mayWrite,
      say: (sentence) => said.push(sentence),
      ...given,
    });
  }

  const query = () => askRelay(relay.ng, { command: 'query', 'call-id': CALL_ID });

  before(async () => {
    relay = await startRtpengine({ args: ['--interface=v2/127.0.0.2'] });
  });
  after(() => relay.stop());
  beforeEach(() => {
    said = [];
    mayWrite = true;
    observer = new Observer<RelayObservation>();
  });
  afterEach(async () => {
    await observer.stop();
    relay.signal('SIGCONT');
    const gone = { command: 'delete', 'call-id': CALL_ID, 'delete delay': 0 };
    await askRelay(relay.ng, gone);
  });

  it('sets one call up and hears every packet that it sends through it', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await waitUntil('ten heard', () => observer.seen.filter(isCanary('heard')).length >= 10);
    assert.deepEqual((await askRelay(relay.ng, { command: 'list' }))['calls'], [CALL_ID]);
    assert.match(said.at(-1) ?? '', /^set the canary call up, at 127\.0\.0\.1 port \d+$/);
  });

  it('goes through the interface that has the VIP, also when it is not the first', async () => {
    observer.start(probe({ vipAddress: '127.0.0.2' }));
    await observer.next('heard', isCanary('heard'));
    assert.match(said.at(-1) ?? '', /at 127\.0\.0\.2 port/);
  });

  it('says so when the relay does not have the VIP, and leaves no call behind', async () => {
    observer.start(probe({ vipAddress: '127.0.0.3' }));
    const seen = await observer.next(
      'absent for that',
      (each) =>
        each.kind === 'relay-canary' &&
        each.outcome === 'absent' &&
        each.detail.includes('at 127.0.0.1, expected the VIP 127.0.0.3'),
    );
    assert.ok(seen);
    assert.equal((await query())['error-reason'], 'Unknown call-id');
  });

  it('misses every packet while rtpengine hangs, and hears them when it goes on', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await relay.freeze();
    await waitUntil('misses', () => observer.seen.filter(isCanary('missed')).length >= 4);
    const from = observer.seen.length;
    relay.signal('SIGCONT');
    await observer.next('heard again', isCanary('heard'), from);
    assert.ok(!observer.seen.some((seen, at) => at > 3 && isCanary('absent')(seen)));
  });

  it('takes over the call that an earlier process left, with its ports', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    const before = await query();
    observer = new Observer<RelayObservation>().start(probe());
    await observer.next('heard', isCanary('heard'));
    assert.match(said.at(-1) ?? '', /^took over the canary call/);
    const after = await query();
    assert.deepEqual([after['created'], portsIn(after)], [before['created'], portsIn(before)]);
  });

  it('takes a call over without a write, and sets none up while Redis does not answer', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    mayWrite = false;
    observer = new Observer<RelayObservation>().start(probe());
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    await askRelay(relay.ng, { command: 'delete', 'call-id': CALL_ID, 'delete delay': 0 });
    observer = new Observer<RelayObservation>().start(probe());
    await waitUntil('waiting', () => said.at(-1)?.includes('waits for the Redis primary') === true);
    assert.equal((await query())['result'], 'error');
    mayWrite = true;
    await observer.next('heard', isCanary('heard'));
  });

  it('sets the call up anew when its ports are taken by somebody else', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    const intruder = createSocket('udp4').bind(portsIn(await query())[0], '127.0.0.1');
    await once(intruder, 'listening');
    try {
      observer = new Observer<RelayObservation>().start(probe());
      await observer.next('heard', isCanary('heard'));
      assert.match(said.at(-1) ?? '', /^set the canary call up/);
    } finally {
      intruder.close();
    }
  });

  it('calls itself absent, and not unheard, when somebody ends the call; then sets it up', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    const from = observer.seen.length;
    await askRelay(relay.ng, { command: 'delete', 'call-id': CALL_ID, 'delete delay': 0 });
    await observer.next('absent', isCanary('absent'), from);
    const absentAt = observer.seen.findIndex((seen, at) => at >= from && isCanary('absent')(seen));
    const missed = observer.seen.slice(from, absentAt).filter(isCanary('missed'));
    assert.ok(missed.length <= 3, `${missed.length} missed before`);
    await observer.next('heard', isCanary('heard'), absentAt);
  });

  it('sets the call up again at a relay that was restarted and forgot it', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await relay.stop();
    await observer.next('missed', isCanary('missed'));
    relay = await startRtpengine({ ports: relay.ports, args: ['--interface=v2/127.0.0.2'] });
    await observer.next('heard', isCanary('heard'), observer.seen.length);
  });

  it('takes the call away when it departs, and not when it merely stops', async () => {
    const canary = probe();
    observer.start(canary);
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    assert.equal((await query())['result'], 'ok');
    await canary.depart?.(new AbortController().signal);
    assert.equal((await query())['error-reason'], 'Unknown call-id');
  });

  it('departs without a word to the relay while Redis does not answer', async () => {
    const canary = probe();
    observer.start(canary);
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    mayWrite = false;
    await canary.depart?.(new AbortController().signal);
    assert.equal((await query())['result'], 'ok');
  });

  it('renews the standing call without losing a packet or a port', async () => {
    observer.start(probe({ renewEveryMs: 20 }));
    await observer.next('heard', isCanary('heard'));
    const before = await query();
    await pause(500);
    const after = await query();
    assert.deepEqual([after['created'], portsIn(after)], [before['created'], portsIn(before)]);
    assert.ok(!observer.seen.some(isCanary('missed')) && said.length === 2, said.join('; '));
  });

  it('keeps the standing call when the relay takes no new ones, and hears it', async () => {
    observer.start(probe({ renewEveryMs: 20 }));
    await observer.next('heard', isCanary('heard'));
    await setSessionsMax(relay, 0);
    try {
      const from = observer.seen.length;
      await pause(200);
      assert.ok(observer.seen.slice(from).every(isCanary('heard')));
      assert.ok(observer.seen.length > from + 5);
    } finally {
      await setSessionsMax(relay, -1);
    }
  });

  it('says nothing after its end', async () => {
    observer.start(probe());
    await observer.next('heard', isCanary('heard'));
    await observer.stop();
    const { length } = observer.seen;
    await pause(60);
    assert.equal(observer.seen.length, length);
  });
});

/** The ports of the canary's own two ends, as the relay knows them. */
function portsIn(reply: Awaited<ReturnType<typeof askRelay>>): readonly number[] {
  const tags = isDict(reply['tags']) ? reply['tags'] : {};
  const text = JSON.stringify([tags['speaker'], tags['listener']]);
  return [...text.matchAll(/"endpoint":{[^}]*"port":(\d+)/g)].map(([, port]) => Number(port));
}

/** As an operator does it: over the command line of the relay. */
async function setSessionsMax({ cli }: Rtpengine, sessions: number): Promise<void> {
  const socket = connect(cli.port, cli.host).end(`set maxsessions ${sessions}\n`);
  socket.resume();
  await once(socket, 'close');
}
