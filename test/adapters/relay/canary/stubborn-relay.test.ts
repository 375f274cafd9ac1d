// What rtpengine does only when Redis hangs, or never: the relay here is a script.

import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';

import { createCanaryProbe } from '../../../../src/adapters/relay/canary/canary-probe.js';
import { writeSdp } from '../../../../src/adapters/relay/canary/sdp.js';
import { systemClock as clock } from '../../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../../src/domain/evidence.js';
import type { NgDict } from '../../../../src/ng/bencode.js';
import { decodeMessage, encodeMessage } from '../../../support/ng-message.js';
import { Observer } from '../../../support/observer.js';
import { pause, waitUntil } from '../../../support/wait.js';

const RTP_VERSION_2 = 0x80;

describe('the canary probe, with a relay that will not have it', () => {
  let relay: Socket;
  let observer: Observer<RelayObservation>;
  let asked: unknown[];
  let mayWrite: boolean;
  let replyTo: (command: NgDict) => NgDict | undefined;

  beforeEach(async () => {
    asked = [];
    mayWrite = true;
    relay = createSocket('udp4');
    relay.on('message', (datagram, from) => {
      if (datagram[0] === RTP_VERSION_2) {
        return;
      }
      const { cookie, dict } = decodeMessage(datagram);
      asked.push(dict['command']);
      const reply = replyTo(dict);
      if (reply !== undefined) {
        relay.send(encodeMessage({ cookie, dict: reply }), from.port, from.address);
      }
    });
    await new Promise<void>((resolve) => relay.bind(0, '127.0.0.1', resolve));
    observer = new Observer<RelayObservation>();
  });
  afterEach(async () => {
    await observer.stop();
    relay.close();
  });

  function watch(): void {
    observer.start(
      createCanaryProbe({
        target: { host: '127.0.0.1', port: relay.address().port },
        callId: 'holdline-canary-relay-a',
        vipAddress: '127.0.0.1',
        intervalMs: 20,
        deadlineMs: 50,
        clock,
        mayWrite: () => mayWrite,
        say: () => undefined,
      }),
    );
  }

  function absentFor(detail: RegExp): Promise<RelayObservation> {
    return observer.next(
      String(detail),
      (seen) =>
        seen.kind === 'relay-canary' && seen.outcome === 'absent' && detail.test(seen.detail),
    );
  }

  const unknown = { result: 'error', 'error-reason': 'Unknown call-id' };

  it('leaves an offer that is not answered with the relay, and asks for nothing else', async () => {
    replyTo = ({ command }) => {
      mayWrite = mayWrite && command !== 'offer';
      return command === 'offer' ? undefined : unknown;
    };
    watch();
    await waitUntil('an offer', () => asked.includes('offer'));
    await pause(1_500);
    assert.deepEqual(asked, ['query', 'statistics', 'offer']);
  });

  it('passes on why the relay refuses the offer, and tries again after a while', async () => {
    replyTo = ({ command }) =>
      command === 'offer' ? { result: 'load limit', message: 'too many sessions' } : unknown;
    watch();
    await absentFor(
      /to offer of the canary call the relay answered "load limit": "too many sessions"/,
    );
    await waitUntil('a second offer', () => asked.filter((each) => each === 'offer').length > 1);
  });

  it('says what is wrong with an answer that has no SDP', async () => {
    replyTo = ({ command }) => (command === 'query' ? unknown : { result: 'ok', sdp: 'v=0' });
    watch();
    await absentFor(/the relay answered without an SDP that names its port/);
  });

  it('takes away a call that is not of its make before it sets up its own', async () => {
    replyTo = ({ command }) => (command === 'query' ? { result: 'ok', tags: {} } : unknown);
    watch();
    await absentFor(/to offer .* "error": "Unknown call-id"/);
    assert.deepEqual(asked.slice(0, 4), ['query', 'delete', 'statistics', 'offer']);
  });

  it('blames nobody for a call of which nothing was ever heard', async () => {
    const sdp = writeSdp({ host: '127.0.0.1', port: relay.address().port });
    replyTo = ({ command }) => (command === 'query' ? unknown : { result: 'ok', sdp });
    watch();
    await absentFor(/none of its packets has ever come out/);
    assert.ok(observer.seen.every((seen) => 'outcome' in seen && seen.outcome === 'absent'));
  });

  it('says that nobody answers when the relay is not there', async () => {
    replyTo = () => undefined;
    watch();
    await absentFor(/no answer to query within 500 ms/);
  });
});
