import assert from 'node:assert/strict';

import { createStatusServer } from '../../src/api/status-server.js';
import type { Listener } from '../../src/api/listener.js';
import type { StatusView } from '../../src/ports/status-view.js';
import { ask, postJson } from '../support/http.js';
import { sampleView, sampleVip } from '../support/sample-status-view.js';

describe('the status listener', () => {
  let view: StatusView;
  let listener: Listener;
  const get = (path: string, headers = {}) => ask(listener.address, { path, headers });

  beforeEach(async () => {
    view = sampleView();
    const listen = { host: '127.0.0.1', port: 0 };
    listener = await createStatusServer({ view: () => view }, { listen });
  });

  afterEach(() => listener.close());

  it('gives JSON to who accepts JSON, exactly as the view says', async () => {
    const { status, headers, text } = await get('/status', { accept: 'application/json' });
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(view)));
  });

  for (const accept of ['*/*', 'text/html,application/xhtml+xml']) {
    it(`gives text to who accepts ${accept}`, async () => {
      const { status, headers, text } = await get('/status', { accept });
      assert.equal(status, 200);
      assert.match(headers['content-type'] ?? '', /^text\/plain/);
      assert.match(text, /^relay-a: SERVING/);
    });
  }

  it('says that the loop runs, and 503 when it is late by more than a second', async () => {
    const late = (loopDelayMs: number): StatusView => ({
      ...view,
      self: { ...view.self, loopDelayMs },
    });
    view = late(1_000);
    assert.equal((await get('/healthz')).status, 200);
    view = late(1_001);
    const { status, text } = await get('/healthz');
    assert.equal(status, 503);
    assert.match(text, /late by 1001 ms/);
  });

  it('is ready when every VIP serves or could serve', async () => {
    const { status, text } = await get('/readyz');
    assert.deepEqual([status, text], [200, 'ready\n']);
  });

  it('is not ready because of one VIP, says why, and is ready for the other', async () => {
    const demoted = sampleVip({ rank: 2, rankName: 'home-demoted', reason: 'drained' });
    view = { ...view, vips: [demoted, view.vips[1]!] };
    const { status, text } = await get('/readyz');
    assert.equal(status, 503);
    assert.match(text, /VIP a is home-demoted \(drained\): A person has drained this host\./);
    assert.equal((await get('/readyz?vip=a')).status, 503);
    assert.equal((await get('/readyz?vip=b')).status, 200);
  });

  for (const { given, bgp, says } of [
    {
      given: 'the daemon does not answer',
      bgp: { driver: 'bird', state: 'unreachable', sessions: [] },
      says: /BGP daemon is unreachable/,
    },
    {
      given: 'no session is established',
      bgp: {
        driver: 'bird',
        state: 'up',
        sessions: [{ neighbour: '10.0.1.1', state: 'active', bfd: 'down' }],
      },
      says: /No BGP session is established/,
    },
  ] as const) {
    it(`is not ready when ${given}`, async () => {
      view = { ...view, bgp: { ...view.bgp, ...bgp } };
      const { status, text } = await get('/readyz');
      assert.equal(status, 503);
      assert.match(text, says);
    });
  }

  for (const [given, calls, asked, status, says] of [
    ['as many calls are at risk as may be', 7, 7, 200, /^ready$/m],
    ['more are at risk', 8, 7, 503, /^8 calls are at risk, at most 7 may be: why\.$/m],
    ['nobody knows how many are', null, 7, 503, /^It is not known how many calls are .*: why\.$/m],
  ] as const) {
    it(`answers ${status} to a limit of calls at risk when ${given}`, async () => {
      view = { ...view, atRisk: { calls, of: 1_200, because: 'why' } };
      const answer = await get(`/readyz?max-at-risk=${asked}`);
      assert.equal(answer.status, status);
      assert.match(answer.text, says);
      assert.equal((await get('/readyz')).status, 200, 'who does not ask is not told');
    });
  }

  it('knows no VIP but its own and no question but its two', async () => {
    assert.equal((await get('/readyz?vip=zz')).status, 404);
    assert.equal((await get('/readyz?max-at-risk=-1')).status, 400);
    assert.equal((await get('/readyz?calm=1')).status, 400);
  });

  it('takes no orders', async () => {
    const order = { by: 'eve', why: 'mischief' };
    assert.equal((await postJson(listener.address, '/drain', order)).status, 404);
    assert.equal((await postJson(listener.address, '/undrain', order)).status, 404);
  });

  it('answers an unknown path with what was asked', async () => {
    const { status, text } = await get('/nothing');
    assert.equal(status, 404);
    assert.deepEqual(JSON.parse(text), { error: 'no GET /nothing here' });
  });

  it('says so when the port is taken', async () => {
    const port = Number(listener.address.split(':')[1]);
    await assert.rejects(
      createStatusServer({ view: () => view }, { listen: { host: '127.0.0.1', port } }),
      { name: 'ListenError', code: 'address-in-use' },
    );
  });
});
