import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';

import { createNgProbe } from '../../../src/adapters/relay/ng/ng-probe.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../src/domain/evidence.js';
import type { NgDict } from '../../../src/ng/bencode.js';
import { decodeMessage, encodeMessage } from '../../support/ng-message.js';
import { Observer } from '../../support/observer.js';
import { startRtpengine, type Rtpengine } from '../../support/rtpengine.js';
import { blockEventLoop, pause, waitUntil } from '../../support/wait.js';

const ping = { intervalMs: 20, deadlineMs: 50, misses: 4 };

function isPing(outcome: string): (seen: RelayObservation) => boolean {
  return (seen) => seen.kind === 'relay-ping' && seen.outcome === outcome;
}

describe('the ng probe, with rtpengine', () => {
  let relay: Rtpengine;
  let observer: Observer<RelayObservation>;

  before(async () => {
    relay = await startRtpengine();
  });
  after(() => relay.stop());
  beforeEach(async () => {
    observer = new Observer<RelayObservation>().start(
      createNgProbe({ target: relay.ng, ping, clock }),
    );
    await observer.next('answered', isPing('answered'));
  });
  afterEach(() => observer.stop());

  it('counts the sessions of the relay', async () => {
    const sessions = await observer.next('sessions', (seen) => seen.kind === 'relay-sessions');
    assert.deepEqual(sessions, { ...sessions, own: 0, foreign: 0, total: 0 });
  });

  it('misses one ping after the other while rtpengine hangs, then is answered again', async () => {
    await relay.freeze();
    const from = observer.seen.length;
    await waitUntil('four misses', () => observer.seen.filter(isPing('missed')).length >= 4);
    assert.ok(!observer.seen.slice(from + 1).some(isPing('refused')));
    const revived = observer.seen.length;
    relay.signal('SIGCONT');
    await observer.next('answered again', isPing('answered'), revived);
  });

  it('is refused when rtpengine is killed, and answered when it is back', async () => {
    await relay.stop();
    await observer.next('refused', isPing('refused'));
    relay = await startRtpengine({ ports: relay.ports });
    await observer.next('answered', isPing('answered'), observer.seen.length);
  });

  it('does not take a stall of its own for silence of the relay', async () => {
    await pause(2 * ping.intervalMs + 1);
    const from = observer.seen.length;
    blockEventLoop(300);
    await pause(100);
    for (const seen of observer.seen.slice(from)) {
      const blamed = seen.kind === 'relay-ping' && seen.outcome === 'missed' && seen.lateMs < 25;
      assert.ok(!blamed, JSON.stringify(seen));
    }
  });

  it('says nothing after its end', async () => {
    await observer.stop();
    const { length } = observer.seen;
    await pause(3 * ping.intervalMs);
    assert.equal(observer.seen.length, length);
  });
});

describe('the ng probe, with a relay that misbehaves', () => {
  const statistics = (current: NgDict): NgDict => ({
    statistics: { currentstatistics: current },
    result: 'ok',
  });

  async function watchRelay(
    replyTo: (command: NgDict) => NgDict,
    work: (observer: Observer<RelayObservation>, troubles: string[]) => Promise<void>,
    delayMs = 0,
  ): Promise<void> {
    const relay = createSocket('udp4');
    const timers: NodeJS.Timeout[] = [];
    relay.on('message', (datagram, from) => {
      const { cookie, dict } = decodeMessage(datagram);
      const reply = encodeMessage({ cookie, dict: replyTo(dict) });
      const answer = (): void => relay.send(reply, from.port, from.address);
      timers.push(setTimeout(answer, delayMs));
    });
    await new Promise<void>((resolve) => relay.bind(0, '127.0.0.1', resolve));
    const target = { host: '127.0.0.1', port: relay.address().port };
    const troubles: string[] = [];
    const onTrouble = (detail: string): number => troubles.push(detail);
    const observer = new Observer<RelayObservation>();
    observer.start(createNgProbe({ target, ping, clock, onTrouble }));
    try {
      await work(observer, troubles);
    } finally {
      await observer.stop();
      timers.forEach(clearTimeout);
      relay.close();
    }
  }

  it('takes counts that are written as text', () =>
    watchRelay(
      () => statistics({ sessionsown: '3', sessionsforeign: '4', sessionstotal: 7 }),
      async (observer) => {
        const seen = await observer.next('sessions', ({ kind }) => kind === 'relay-sessions');
        assert.deepEqual(seen, { ...seen, own: 3, foreign: 4, total: 7 });
      },
    ));

  for (const [given, reply, trouble] of [
    ['no statistics', { result: 'error' }, /no currentstatistics: {"result":"error"}/],
    ['no foreign count', statistics({ sessionsown: 1 }), /sessionsforeign should be a count/],
    ['a count below 0', statistics({ sessionsown: -1 }), /sessionsown .* got -1/],
    ['a list', statistics({ sessionsown: ['1'] }), /sessionsown .* got \["1"\]/],
  ] as const) {
    it(`says what is wrong with ${given}, and goes on pinging`, () =>
      watchRelay(
        ({ command }) => (command === 'ping' ? { result: 'pong' } : reply),
        async (observer, troubles) => {
          await waitUntil('trouble', () => troubles.length > 0);
          assert.match(troubles[0]!, trouble);
          await observer.next('answered', isPing('answered'), observer.seen.length);
        },
      ));
  }

  it('hears an answer that is late while the misses are counted: the relay is slow, not silent', () =>
    watchRelay(
      () => ({ result: 'pong' }),
      async (observer) => {
        const missed = await observer.next('missed', isPing('missed'));
        const answered = await observer.next('answered', isPing('answered'));
        assert.ok(observer.seen.indexOf(missed) < observer.seen.indexOf(answered));
        assert.ok(answered.kind === 'relay-ping' && answered.outcome === 'answered');
        assert.ok(answered.roundTripMs >= ping.deadlineMs, String(answered.roundTripMs));
      },
      ping.deadlineMs + 15,
    ));

  it('does not hear an answer that comes when the misses would have been counted', () =>
    watchRelay(
      () => ({ result: 'pong' }),
      async (observer) => {
        const missed = (): number => observer.seen.filter(isPing('missed')).length;
        await waitUntil('many misses', () => missed() > 20);
        assert.ok(!observer.seen.some(isPing('answered')));
      },
      ping.intervalMs * ping.misses + 60,
    ));

  it('misses a ping that is answered with something else, in few words', () =>
    watchRelay(
      () => ({ result: 'x'.repeat(5_000) }),
      async (observer) => {
        const seen = await observer.next('missed', isPing('missed'));
        assert.ok(seen.kind === 'relay-ping' && seen.outcome === 'missed');
        assert.match(seen.detail ?? '', /^expected pong, got {"result":"xxx/);
        assert.ok((seen.detail ?? '').length <= 200);
      },
    ));
});
