import assert from 'node:assert/strict';
import type { Socket } from 'node:net';

import { ControlConnection } from '../../../../src/adapters/bgp/bird/control-connection.js';
import { groupsOf } from '../../../../src/adapters/bgp/bird/route-group.js';
import { RouteSwitch } from '../../../../src/adapters/bgp/bird/route-switch.js';
import type { Rank } from '../../../../src/domain/rank.js';
import type { DesiredRoute, Vip } from '../../../../src/domain/route.js';
import { ScriptedDaemon } from './scripted-daemon.js';

const NEVER = new AbortController().signal;
const PREFIX = '10.99.0.1/32';
const VIP: Vip = { name: 'a', prefixes: [PREFIX], role: { kind: 'home', standbys: 1 } };

/** What the real BIRD does too rarely to be waited for. */
describe('switching routes in BIRD', () => {
  let daemon: ScriptedDaemon;
  let connection: ControlConnection;
  let routes: RouteSwitch;
  /** The states in which the next looks at a protocol find it; `up` once they are used up. */
  let states: string[];

  beforeEach(async () => {
    states = [];
    daemon = await ScriptedDaemon.start((line, socket) => {
      answerLikeBird(line, socket, () => states.shift() ?? 'up');
    });
    connection = new ControlConnection({ socketPath: daemon.socketPath, commandMsMax: 1_000 });
    routes = new RouteSwitch(connection, groupsOf([VIP]));
  });

  afterEach(async () => {
    connection.close();
    await daemon.stop();
  });

  it('withdraws with one write and without a question', async () => {
    await routes.declare(wanted('withdrawn'), NEVER);
    assert.deepEqual(daemon.received, ['disable "holdline_a_r0"', 'disable "holdline_a_r2"']);
  });

  it('retires the old path only after the new one was seen to be up', async () => {
    states = ['flush', 'flush', 'down', 'start', 'up'];
    await routes.declare(wanted(2), NEVER);
    const looks = daemon.received.filter((line) => line === 'show protocols "holdline_a_r2"');
    assert.equal(looks.length, 5);
    assert.deepEqual(
      daemon.received.filter((line) => !line.startsWith('show protocols')),
      ['show static holdline_a_r2', 'enable "holdline_a_r2"', 'disable "holdline_a_r0"'],
    );
    assert.equal(daemon.received.at(-1), 'disable "holdline_a_r0"');
  });

  it('keeps the old path when the new one never comes up', async () => {
    states = Array<string>(1_000).fill('flush');
    await assert.rejects(routes.declare(wanted(2), NEVER), {
      code: 'daemon-refused',
      message: /holdline_a_r2 is `flush` 500 ms after it was enabled/,
    });
    assert.ok(!daemon.received.includes('disable "holdline_a_r0"'));
  });

  it('leaves a group to the later of two calls', async () => {
    states = Array<string>(20).fill('flush');
    const demote = routes.declare(wanted(2), NEVER);
    await until(() => daemon.received.includes('enable "holdline_a_r2"'));
    const promote = routes.declare(wanted(0), NEVER);
    await Promise.all([demote, promote]);
    assert.ok(!daemon.received.includes('disable "holdline_a_r0"'), 'the demotion gave way');
    assert.equal(daemon.received.at(-1), 'disable "holdline_a_r2"');
  });

  it('does not announce any more what was withdrawn meanwhile', async () => {
    const announce = routes.declare(wanted(0), NEVER);
    const withdraw = routes.declare(wanted('withdrawn'), NEVER);
    await Promise.all([announce, withdraw]);
    assert.ok(!daemon.received.includes('enable "holdline_a_r0"'));
  });
});

function wanted(rank: Rank): readonly DesiredRoute[] {
  return [{ vip: VIP.name, prefix: PREFIX, rank }];
}

function answerLikeBird(line: string, socket: Socket, nextState: () => string): void {
  const name = /holdline_\w+/.exec(line)?.[0] ?? '';
  if (line.startsWith('show static')) {
    socket.write(`1009-${PREFIX}\tblackhole\n0000 \n`);
  } else if (line.startsWith('show protocols')) {
    const row = `${name} Static     master4    ${nextState()}     11:49:58.487  `;
    socket.write(`2002-Name Proto Table State Since Info\n1002-${row}\n0000 \n`);
  } else {
    socket.write(`${line.startsWith('enable') ? '0011' : '0009'}-${name}: done\n0000 \n`);
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.ok(condition());
}
