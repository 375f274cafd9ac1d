import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';

import { createSessionLister } from '../../../src/adapters/relay/rtpengine-cli/session-lister.js';
import { createNgClient } from '../../../src/ng/client.js';
import type { HeldSession } from '../../../src/ports/session-parity.js';
import { startRtpengine, type Rtpengine } from '../../support/rtpengine.js';

const NEVER = new AbortController().signal;
const LINE =
  'callid:      a-call | deletionmark:  no | created:  1795358052 | proxy:127.0.0.1:5 | redis_keyspace:1 | foreign:yes\n';

async function sessionsAt(port: number, signal = NEVER): Promise<readonly HeldSession[]> {
  const found: HeldSession[] = [];
  const lister = createSessionLister({ host: '127.0.0.1', port });
  await lister.list((session) => found.push(session), signal);
  return found;
}

/** No media, so that a call takes no port. */
async function offer(relay: Rtpengine, callId: string): Promise<void> {
  const client = createNgClient(relay.ng);
  const sdp = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 0 RTP/AVP 8',
    '',
  ].join('\r\n');
  const command = { command: 'offer', 'call-id': callId, 'from-tag': 'caller', sdp };
  const reply = await client.request(command, { deadlineMs: 2_000 }, NEVER);
  client.close();
  assert.equal(reply['result'], 'ok');
}

describe('the sessions of rtpengine', () => {
  let relay: Rtpengine;

  before(async () => {
    relay = await startRtpengine();
  });
  after(() => relay.stop());

  it('are none on a relay that has none', async () => {
    assert.deepEqual(await sessionsAt(relay.cli.port), []);
  });

  it('are listed by Call-ID, however long it is, and with whose they are', async () => {
    const long = `${'x'.repeat(200)}@host`;
    await offer(relay, 'short');
    await offer(relay, long);
    const found = await sessionsAt(relay.cli.port);
    assert.deepEqual(found.map(({ callId }) => callId).sort(), ['short', long]);
    assert.ok(found.every(({ foreign, ending }) => !foreign && !ending));
  });

  it('cannot be listed where nobody listens', async () => {
    await assert.rejects(sessionsAt(1), { code: 'listing-unreachable' });
  });
});

describe('a listing', () => {
  let server: Server;
  let answer: string;

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  const listed = (): Promise<readonly HeldSession[]> =>
    sessionsAt((server.address() as AddressInfo).port);

  it('tells of foreign sessions and their database', async () => {
    answer = LINE;
    const call = { callId: 'a-call', database: 1, foreign: true, ending: false };
    assert.deepEqual(await listed(), [call]);
  });

  it('that is cut short is no listing: what it lacks would look like missing calls', async () => {
    answer = LINE + LINE.slice(0, -5);
    await assert.rejects(listed(), { code: 'listing-unreadable' });
  });

  it('of another program is refused with what came', async () => {
    answer = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    await assert.rejects(listed(), { code: 'listing-unreadable', message: /400 Bad Request/ });
  });

  it('without an end to a line is given up', async () => {
    answer = 'x'.repeat(10_000);
    await assert.rejects(listed(), { code: 'listing-unreadable' });
  });

  it('ends with its caller', async () => {
    const caller = new AbortController();
    const sessions = sessionsAt((server.address() as AddressInfo).port, caller.signal);
    caller.abort(new Error('stopping'));
    await assert.rejects(sessions, /stopping/);
  });
});
