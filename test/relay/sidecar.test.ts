import assert from 'node:assert/strict';

import { createCanaryProbe } from '../../src/adapters/relay/canary/canary-probe.js';
import { createForeignCanaryProbe } from '../../src/adapters/relay/canary/foreign-canaries.js';
import { createNgProbe } from '../../src/adapters/relay/ng/ng-probe.js';
import { createSessionLister } from '../../src/adapters/relay/rtpengine-cli/session-lister.js';
import { canaryCallId } from '../../src/domain/canary-call.js';
import type { RelayObservation } from '../../src/domain/evidence.js';
import type { HeldSession } from '../../src/ports/session-parity.js';
import { Observer } from '../support/observer.js';
import { setUpCall, startBench, type RelayBench } from './relay-bench.js';

const clock = { nowMs: () => performance.now() };

describe("the sidecar's probes, at this relay", () => {
  let bench: RelayBench;
  let observers: Observer<RelayObservation>[] = [];

  before(async () => {
    bench = await startBench();
  });
  afterEach(async () => {
    await Promise.all(observers.map((observer) => observer.stop()));
    observers = [];
  });
  after(() => bench.stop());

  function observe(watched: Parameters<Observer<RelayObservation>['start']>[0]) {
    const observer = new Observer<RelayObservation>().start(watched);
    observers.push(observer);
    return observer;
  }

  it('get pongs and session counts over ng', async () => {
    const ping = { intervalMs: 50, deadlineMs: 1_000, misses: 4 };
    const observer = observe(createNgProbe({ target: bench.ng, ping, clock }));
    await observer.next(
      'a pong',
      (seen) => seen.kind === 'relay-ping' && seen.outcome === 'answered',
    );
    const counted = await observer.next('counts', (seen) => seen.kind === 'relay-sessions');
    assert.equal(counted.kind === 'relay-sessions' ? counted.total : undefined, 0);
  });

  it('list the sessions by Call-ID, as at rtpengine', async () => {
    const call = await setUpCall(bench, 'listed');
    const found: HeldSession[] = [];
    const lister = createSessionLister({ host: '127.0.0.1', port: bench.place.tcp });
    await lister.list((session) => found.push(session), new AbortController().signal);
    const [session] = found;
    assert.deepEqual(
      [session?.callId, session?.foreign, session?.ending],
      ['listed', false, false],
    );
    await bench.ask({ command: 'delete', 'call-id': 'listed', 'from-tag': 'caller' });
    call.close();
  });

  it('set a canary call up, hear it through the relay, and find it there', async () => {
    const canary = observe(
      createCanaryProbe({
        callId: canaryCallId('relay-a'),
        vipAddress: '127.0.0.1',
        target: bench.ng,
        intervalMs: 50,
        deadlineMs: 1_000,
        clock,
        mayWrite: () => true,
        say: () => {},
      }),
    );
    await canary.next(
      'the canary',
      (seen) => seen.kind === 'relay-canary' && seen.outcome === 'heard',
    );
    const foreign = observe(
      createForeignCanaryProbe({ target: bench.ng, homes: ['relay-a'], clock }),
    );
    await foreign.next('it is held', (seen) => seen.kind === 'foreign-canary' && seen.held);
  });
});
