import assert from 'node:assert/strict';

import { createCanaryProbe } from '../../../../src/adapters/relay/canary/canary-probe.js';
import { createForeignCanaryProbe } from '../../../../src/adapters/relay/canary/foreign-canaries.js';
import { systemClock as clock } from '../../../../src/adapters/system/clock.js';
import { canaryCallId } from '../../../../src/domain/canary-call.js';
import type { RelayObservation } from '../../../../src/domain/evidence.js';
import { askRelay } from '../../../support/ask-relay.js';
import { Observer } from '../../../support/observer.js';
import { startRtpengine, type Rtpengine } from '../../../support/rtpengine.js';

describe('the look for the canaries of other homes', () => {
  let relay: Rtpengine;
  let looking: Observer<RelayObservation>;

  before(async () => {
    relay = await startRtpengine();
  });
  after(() => relay.stop());
  beforeEach(() => {
    const homes = ['relay-b', 'relay-c'];
    const probe = createForeignCanaryProbe({ target: relay.ng, homes, clock });
    looking = new Observer<RelayObservation>().start(probe);
  });
  afterEach(() => looking.stop());

  function told(of: string, held: boolean): (seen: RelayObservation) => boolean {
    return (seen) => seen.kind === 'foreign-canary' && seen.of === of && seen.held === held;
  }

  it('tells of each home whether the relay has its canary, as that comes and goes', async () => {
    await looking.next('b is missing', told('relay-b', false));
    const home = new Observer<RelayObservation>().start(
      createCanaryProbe({
        target: relay.ng,
        callId: canaryCallId('relay-b'),
        vipAddress: '127.0.0.1',
        intervalMs: 50,
        deadlineMs: 50,
        clock,
        mayWrite: () => true,
        say: () => undefined,
      }),
    );
    await looking.next('b is held', told('relay-b', true));
    await home.stop();
    const gone = { command: 'delete', 'call-id': canaryCallId('relay-b'), 'delete delay': 0 };
    await askRelay(relay.ng, gone);
    await looking.next('b is gone', told('relay-b', false), looking.seen.length);
    assert.ok(!looking.seen.some(told('relay-c', true)));
  });

  it('says nothing while the relay does not answer', async () => {
    await relay.freeze();
    const from = looking.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    assert.deepEqual(looking.seen.slice(from), []);
    relay.signal('SIGCONT');
    await looking.next('an answer', told('relay-b', false), from);
  });
});
