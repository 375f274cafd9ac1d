import assert from 'node:assert/strict';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';

import { createExecProbe } from '../../../src/adapters/relay/exec/exec-probe.js';
import { createHttpProbe } from '../../../src/adapters/relay/http/http-probe.js';
import { createTcpProbe } from '../../../src/adapters/relay/tcp/tcp-probe.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../src/domain/evidence.js';
import { freePort } from '../../support/free-port.js';
import { Observer } from '../../support/observer.js';
import { pause, waitUntil } from '../../support/wait.js';

const ping = { intervalMs: 20, deadlineMs: 200 };

type Probe = ReturnType<typeof createTcpProbe>;

async function firstPing(probe: Probe): Promise<Extract<RelayObservation, { outcome: string }>> {
  const observer = new Observer<RelayObservation>().start(probe);
  try {
    const seen = await observer.next('a ping', ({ kind }) => kind === 'relay-ping');
    assert.ok(seen.kind === 'relay-ping');
    return seen;
  } finally {
    await observer.stop();
  }
}

describe('the tcp probe', () => {
  it('is answered by a port that accepts', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const seen = await firstPing(
      createTcpProbe({ target: { host: '127.0.0.1', port }, ping, clock }),
    );
    assert.equal(seen.outcome, 'answered');
    server.close();
  });

  it('is refused by a port on which nobody listens', async () => {
    const target = { host: '127.0.0.1', port: await freePort() };
    assert.equal((await firstPing(createTcpProbe({ target, ping, clock }))).outcome, 'refused');
  });

  it('misses a host that does not exist, saying why', async () => {
    const target = { host: 'relay.invalid', port: 1 };
    const patient = { intervalMs: 20, deadlineMs: 5_000 };
    const seen = await firstPing(createTcpProbe({ target, ping: patient, clock }));
    assert.ok(seen.outcome === 'missed');
    assert.match(seen.detail ?? '', /relay\.invalid/);
  });
});

describe('the http probe', () => {
  let server: HttpServer;
  let url: string;

  before(async () => {
    server = createHttpServer((request, response) => {
      switch (request.url ?? '') {
        case '/ok':
          response.writeHead(204).end();
          return;
        case '/endless':
          response.writeHead(200);
          response.write('x'.repeat(100_000));
          return;
        case '/moved':
          response.writeHead(302, { location: '/ok' }).end();
          return;
        case '/mute':
          return;
        default:
          response.writeHead(503).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const look = (path: string): ReturnType<typeof firstPing> =>
    firstPing(createHttpProbe({ url: `${url}${path}`, ping, clock }));

  for (const [path, outcome, detail] of [
    ['/ok', 'answered', undefined],
    ['/endless', 'answered', undefined],
    ['/moved', 'missed', 'expected status 2xx, got 302'],
    ['/broken', 'missed', 'expected status 2xx, got 503'],
    ['/mute', 'missed', 'no answer within 200 ms'],
  ] as const) {
    it(`is ${outcome} by ${path}`, async () => {
      const seen = await look(path);
      assert.equal(seen.outcome, outcome);
      assert.equal('detail' in seen ? seen.detail : undefined, detail);
    });
  }

  it('is refused where nobody listens', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}/`;
    assert.equal(
      (await firstPing(createHttpProbe({ url: nobody, ping, clock }))).outcome,
      'refused',
    );
  });

  it('misses an answer that is no HTTP', async () => {
    const nonsense = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('d6:result4:ponge\r\n\r\n');
    });
    await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
    const { port } = nonsense.address() as AddressInfo;
    const seen = await firstPing(
      createHttpProbe({ url: `http://127.0.0.1:${port}/`, ping, clock }),
    );
    assert.equal(seen.outcome, 'missed');
    nonsense.close();
  });
});

describe('the exec probe', () => {
  const look = (...command: string[]): ReturnType<typeof firstPing> =>
    firstPing(createExecProbe({ command, ping, clock }));

  it('is answered by exit code 0', async () => {
    assert.equal((await look('true')).outcome, 'answered');
  });

  for (const [given, command, detail] of [
    ['another exit code', ['false'], /^exit code 1$/],
    [
      'what it complains about',
      ['sh', '-c', 'echo a >&2; echo b c >&2; exit 3'],
      /^exit code 3: b c$/,
    ],
    [
      'endless complaints',
      ['sh', '-c', 'head -c 1000000 /dev/zero | tr "\\0" x >&2; exit 3'],
      /: x+…$/,
    ],
    ['a signal', ['sh', '-c', 'kill -9 $$'], /SIGKILL/],
    ['no such program', ['/nonexistent/check'], /ENOENT/],
    ['no end in time', ['sleep', '10'], /^no answer within 200 ms$/],
  ] as const) {
    it(`misses, and tells: ${given}`, async () => {
      const seen = await look(...command);
      assert.ok(seen.outcome === 'missed');
      assert.match(seen.detail ?? '', detail);
    });
  }

  it('goes by the exit, though something in the background holds on to the pipe', async () => {
    assert.equal((await look('sh', '-c', 'sleep 1 & exit 0')).outcome, 'answered');
  });

  it('never runs twice at once, and is gone with all it started when its time is over', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hl-exec-'));
    const pids = join(directory, 'pids');
    // The shell writes its own pid and that of its child, and waits for the child.
    const script = `sleep 30 & echo $$ $! >> ${pids}; wait`;
    const observer = new Observer<RelayObservation>();
    observer.start(createExecProbe({ command: ['sh', '-c', script], ping, clock }));
    await waitUntil('started twice', async () => (await linesOf(pids)).length >= 2);
    await observer.stop();
    const misses = observer.seen.length;
    assert.ok(misses >= 1 && misses <= (await linesOf(pids)).length);
    for (const pid of (await linesOf(pids)).join(' ').split(' ')) {
      await waitUntil(`${pid} is gone`, () => !existsSync(`/proc/${pid}`));
    }
    await rm(directory, { recursive: true });
    await pause(0);
  });
});

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
