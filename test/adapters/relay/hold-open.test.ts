import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { HeldConnection } from '../../../src/adapters/relay/hold-open/held-connection.js';
import { createHoldOpenProbe } from '../../../src/adapters/relay/hold-open/hold-open-probe.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../src/domain/evidence.js';
import { freePort } from '../../support/free-port.js';
import { Observer } from '../../support/observer.js';
import { startProgram } from '../../support/program.js';
import { startRtpengine, type Rtpengine } from '../../support/rtpengine.js';
import { pause, waitUntil } from '../../support/wait.js';

function statesOf(observer: Observer<RelayObservation>): string[] {
  return observer.seen.map((seen) => (seen.kind === 'relay-connection' ? seen.state : seen.kind));
}

function inState(state: string): (seen: RelayObservation) => boolean {
  return (seen) => seen.kind === 'relay-connection' && seen.state === state;
}

describe('the held-open connection, with rtpengine', () => {
  let relay: Rtpengine;
  let observer: Observer<RelayObservation>;

  beforeEach(async () => {
    relay = await startRtpengine();
    observer = new Observer<RelayObservation>().start(
      createHoldOpenProbe({ target: relay.cli, pidFile: undefined, clock }),
    );
    await observer.next('open', inState('open'));
  });
  afterEach(async () => {
    await observer.stop();
    await relay.stop();
  });

  it('says ended and refused when rtpengine is killed, once, and open when it is back', async () => {
    await relay.stop();
    await observer.next('refused', inState('refused'));
    await pause(300);
    const from = observer.seen.length;
    relay = await startRtpengine({ ports: relay.ports });
    await observer.next('open again', inState('open'), from);
    // The reconnect may still find the port open while the kernel takes the process apart.
    const states = statesOf(observer).join(' ');
    assert.match(states, /^open ended (open ended )?refused open$/);
  });

  it('says nothing when rtpengine hangs', async () => {
    await relay.freeze();
    await pause(300);
    relay.signal('SIGCONT');
    await pause(100);
    assert.deepEqual(statesOf(observer), ['open']);
  });
});

describe('the held-open connection, with a listener of its own', () => {
  let server: Server;
  let accepted: Socket[];
  let observer: Observer<RelayObservation>;
  let port: number;

  beforeEach(async () => {
    accepted = [];
    port = await freePort();
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      accepted.push(socket);
    });
    observer = new Observer<RelayObservation>();
  });
  afterEach(async () => {
    await observer.stop();
    accepted.forEach((socket) => socket.destroy());
    server.close();
  });

  const listen = (): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const start = (): Observer<RelayObservation> =>
    observer.start(
      createHoldOpenProbe({ target: { host: '127.0.0.1', port }, pidFile: undefined, clock }),
    );

  for (const [given, close] of [
    ['closed', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    it(`is open again, and never refused, when somebody ${given} it`, async () => {
      await listen();
      start();
      await waitUntil('accepted', () => accepted.length === 1);
      close(accepted[0]!);
      await observer.next('open again', inState('open'), 2);
      assert.deepEqual(statesOf(observer), ['open', 'ended', 'open']);
    });
  }

  it('reads away what it is sent, and sends nothing', async () => {
    await listen();
    start();
    await waitUntil('accepted', () => accepted.length === 1);
    let received = 0;
    accepted[0]!.on('data', (chunk) => (received += chunk.length));
    for (let round = 0; round < 20; round += 1) {
      await new Promise((resolve) => accepted[0]!.write(Buffer.alloc(1_000_000), resolve));
    }
    accepted[0]!.end();
    await observer.next('ended', inState('ended'));
    assert.equal(received, 0);
  });

  it('does not hammer a relay that closes every connection at once', async () => {
    server.on('connection', (socket) => socket.end());
    await listen();
    start();
    await pause(1_000);
    assert.ok(accepted.length >= 11, `goes on trying: ${accepted.length}`);
    assert.ok(accepted.length <= 30, `at a limited rate: ${accepted.length}`);
  });

  it('lets go of everything when its end is asked for in the midst of a report', async () => {
    await listen();
    const stop = new AbortController();
    const target = { host: '127.0.0.1', port };
    const watched = createHoldOpenProbe({ target, pidFile: undefined, clock }).watch((seen) => {
      if (inState('ended')(seen)) {
        stop.abort();
      }
    }, stop.signal);
    await waitUntil('accepted', () => accepted.length === 1);
    accepted[0]!.end();
    await watched;
    await pause(150);
    assert.equal(accepted.length, 1);
  });

  it('is unclear while a hung relay has no room for one more connection', async () => {
    const listening = `require('node:net').createServer().listen({ port: ${port}, backlog: 1 })`;
    const hung = startProgram('node', ['-e', listening]);
    const target = { host: '127.0.0.1', port };
    try {
      await waitUntil('it listens', () => connects(target));
      await hung.freeze();
      while (await connects(target)); // What the kernel accepts for it, until its queue is full.
      start();
      await observer.next('unclear', inState('unclear'));
      hung.signal('SIGCONT');
      await observer.next('open', inState('open'));
      assert.deepEqual(statesOf(observer), ['unclear', 'open']);
    } finally {
      await hung.stop();
    }
  });

  it('waits for a relay that is not there yet', async () => {
    start();
    await observer.next('refused', inState('refused'));
    await pause(250);
    await listen();
    await observer.next('open', inState('open'));
    assert.deepEqual(statesOf(observer), ['refused', 'open']);
  });
});

/** Lets go soon; a queue that is full of dead connections is full all the same. */
function connects(target: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target);
    socket.setTimeout(200, () => socket.destroy());
    socket.once('connect', () => resolve(true));
    socket.once('close', () => resolve(false));
    socket.on('error', () => undefined);
  });
}

describe('a held connection that is made anew while it lasts', () => {
  const RENEW_EVERY_MS = 50;
  let server: Server;
  let accepted: Socket[];
  let told: string[];
  let gone: boolean;
  let held: HeldConnection;

  beforeEach(async () => {
    accepted = [];
    told = [];
    gone = false;
    const port = await freePort();
    server = createServer((socket) => accepted.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const process = { remember: () => undefined, isGone: () => gone };
    const target = { host: '127.0.0.1', port };
    held = new HeldConnection(target, (state) => told.push(state), process, RENEW_EVERY_MS);
    held.connect();
    await waitUntil('the first connection', () => accepted.length === 1);
  });
  afterEach(() => {
    held.stop();
    accepted.forEach((socket) => socket.destroy());
    server.close();
  });

  it('is given up only when the younger one stands, and nobody is told', async () => {
    await waitUntil('the end of the first', () => accepted[0]?.readableEnded === true);
    assert.ok(accepted.length >= 2);
    assert.deepEqual(told, ['open']);
  });

  it('tells of the end of the youngest', async () => {
    await waitUntil('a younger one', () => accepted.length === 2);
    await waitUntil('the end of the first', () => accepted[0]?.readableEnded === true);
    gone = true;
    accepted.at(-1)?.destroy();
    await waitUntil('the news', () => told.includes('gone'));
    assert.deepEqual(told.slice(0, 3), ['open', 'ended', 'gone']);
  });

  it('stays while no younger one can be had, and still tells of its end', async () => {
    const [first] = accepted;
    server.close();
    await pause(4 * RENEW_EVERY_MS);
    assert.deepEqual([first?.readableEnded, told], [false, ['open']]);
    first?.destroy();
    await waitUntil('the news', () => told.includes('refused'));
    assert.deepEqual(told, ['open', 'ended', 'refused']);
  });

  it('stays while its process is on its way out, and leaves one connection at most behind', async () => {
    gone = true;
    await pause(4 * RENEW_EVERY_MS);
    assert.equal(accepted[0]?.readableEnded, false);
    // One of them may just have been made.
    await waitUntil('the end of the younger ones', () =>
      accepted.slice(1).every((socket) => socket.readableEnded),
    );
    assert.deepEqual(told, ['open']);
  });
});
