import assert from 'node:assert/strict';

import { pack } from '../../../../src/adapters/bgp/gobgp/interface.js';
import type { Path } from '../../../../src/adapters/bgp/gobgp/messages.js';
import { announcement } from '../../../../src/adapters/bgp/gobgp/paths.js';
import { createGobgpSpeaker } from '../../../../src/adapters/bgp/gobgp/speaker.js';
import type { Vip } from '../../../../src/domain/route.js';
import { ObservedSpeaker } from '../../../contract/observed-speaker.js';
import { pause } from '../../../contract/stage.js';
import { until } from '../../../contract/until.js';
import { ESTABLISHED, FakeGobgp, IDLE, peer } from './fake-gobgp.js';

const PREFIX = '10.99.0.1/32';
const OTHER_PREFIX = '10.99.0.2/32';
const NEXT_HOP = '10.0.1.2';
const COMMAND_MS_MAX = 250;

const VIP: Vip = {
  name: 'a',
  prefixes: [PREFIX, OTHER_PREFIX],
  role: { kind: 'home', standbys: 1 },
};

describe('the gobgp driver, with a daemon that misbehaves', () => {
  let daemon: FakeGobgp;
  let observed: ObservedSpeaker | undefined;

  beforeEach(() => {
    daemon = new FakeGobgp();
  });

  afterEach(async () => {
    await observed?.close();
    await daemon.stop();
  });

  async function open({
    knowsOurService = true,
    overTcp = false,
    commandMsMax = COMMAND_MS_MAX,
  } = {}): Promise<ObservedSpeaker> {
    await daemon.start({ knowsOurService, overTcp });
    observed = new ObservedSpeaker(
      createGobgpSpeaker({
        address: daemon.address,
        vips: [VIP],
        rankBy: 'as-path',
        localAs: 65101,
        nextHop: { ipv4: NEXT_HOP, ipv6: undefined },
        neighbours: ['10.0.1.1'],
        clock: { nowMs: () => performance.timeOrigin + performance.now() },
        commandMsMax,
      }),
    );
    return observed;
  }

  it('refuses a daemon that does not know the API of GoBGP 3, and says why', async () => {
    const speaker = await open({ knowsOurService: false });
    await assert.rejects(speaker.declare({ vip: 'a', prefix: PREFIX, rank: 0 }), {
      name: 'SpeakerError',
      code: 'daemon-refused',
      disposition: 'fatal',
      message: /API of GoBGP 3 .*GoBGP 4 has another one/,
    });
    await speaker.untilUnreachable();
    assert.match(JSON.stringify(speaker.last), /GoBGP 4/);
  });

  it('reaches a daemon over TCP', async () => {
    daemon.paths = [localPath(2)];
    const speaker = await open({ overTcp: true });
    const report = await speaker.untilUp();
    assert.deepEqual(report.held[0]?.ranks, [2]);
    await pause(300);
    assert.equal(speaker.reports.length, 1, 'and feels its pulse there');
  });

  it('names a path in every DeletePath, since one without deletes everything', async () => {
    const speaker = await open();
    await speaker.declare(...VIP.prefixes.map((prefix) => withdrawn(prefix)));
    assert.equal(daemon.commands.length, 2);
    for (const command of daemon.commands) {
      assert.equal(command.call, 'DeletePath');
      assert.equal(command.path.isWithdraw, true);
      assert.notEqual(command.path.nlri, null);
      assert.deepEqual(command.path.family, { afi: 1, safi: 1 });
    }
  });

  it('sends withdrawals ahead of announcements', async () => {
    const speaker = await open();
    await speaker.declare({ vip: 'a', prefix: PREFIX, rank: 0 }, withdrawn(OTHER_PREFIX));
    assert.deepEqual(
      daemon.commands.map(({ call }) => call),
      ['DeletePath', 'AddPath'],
    );
  });

  it('sends nothing when one of the routes is not configured', async () => {
    const speaker = await open();
    await assert.rejects(speaker.declare(withdrawn(PREFIX), withdrawn('10.99.0.9/32')), RangeError);
    await assert.rejects(speaker.declare({ vip: 'a', prefix: PREFIX, rank: 1 }), RangeError);
    assert.deepEqual(daemon.commands, []);
  });

  it('sends every command although one is refused, and tells of the refusal', async () => {
    const speaker = await open();
    daemon.hold = ({ call }) =>
      call === 'DeletePath' ? Promise.reject(new Error('no such luck')) : Promise.resolve();
    await assert.rejects(
      speaker.declare(withdrawn(PREFIX), { vip: 'a', prefix: OTHER_PREFIX, rank: 0 }),
      { code: 'daemon-refused', message: /DeletePath at GoBGP .* no such luck/ },
    );
    assert.equal(daemon.commands.length, 2);
  });

  it('does not let a hung command hold a withdrawal up, and repeats it at the end', async () => {
    const speaker = await open({ commandMsMax: 1_000 });
    daemon.hold = ({ call }) =>
      call === 'AddPath' ? new Promise<void>(() => {}) : Promise.resolve();
    const hung = assert.rejects(speaker.declare({ vip: 'a', prefix: PREFIX, rank: 0 }), {
      code: 'daemon-silent',
    });
    await until('the first command is there', () => daemon.commands.length === 1);
    const sentAtMs = performance.now();
    const gone = speaker.declare(withdrawn(PREFIX));
    await until('the withdrawal is there', () => daemon.commands.length === 2);
    const tookMs = performance.now() - sentAtMs;
    assert.ok(tookMs < 700, `the withdrawal was held up for ${tookMs} ms`);
    await Promise.all([hung, gone]);
    assert.deepEqual(
      daemon.commands.map(({ call }) => call),
      ['AddPath', 'DeletePath', 'DeletePath'],
    );
  });

  it('reports a daemon whose core hangs although its connections live', async () => {
    const speaker = await open();
    await speaker.untilUp();
    daemon.answersListPath = false;
    daemon.send({ peer: { type: 3, peer: peer(IDLE).peer } });
    await speaker.untilUnreachable();
    daemon.answersListPath = true;
    await speaker.untilUp();
  });

  it('reports a daemon that opens no event stream', async () => {
    daemon.answersWatchEvent = false;
    const speaker = await open();
    await speaker.untilUnreachable();
    assert.match(JSON.stringify(speaker.last), /WatchEvent sent nothing/);
  });

  it('takes the end of the event stream for a restart', async () => {
    const speaker = await open();
    const { instance } = await speaker.untilUp();
    daemon.endEvents();
    await speaker.untilReported('another instance', (report) => report.instance !== instance);
  });

  it('gives up on a reply without end', async () => {
    daemon.peers = Array.from({ length: 1_500 }, () => peer(ESTABLISHED));
    const speaker = await open({ commandMsMax: 10_000 });
    await assert.rejects(speaker.speaker.readBack(new AbortController().signal), {
      code: 'reply-too-long',
    });
  });

  it('gives up on a reply of more than a mebibyte', async () => {
    daemon.peers = [peer(ESTABLISHED, 'x'.repeat(1_100_000))];
    const speaker = await open();
    await assert.rejects(speaker.speaker.readBack(new AbortController().signal), {
      code: 'reply-too-long',
    });
  });

  it('asks for no adj-RIB-out of a neighbour without a session', async () => {
    daemon.peers = [peer(IDLE)];
    daemon.paths = [localPath(0)];
    const speaker = await open();
    assert.deepEqual(await speaker.speaker.readBack(new AbortController().signal), []);
    assert.ok(daemon.lookups.every(({ name }) => name === ''));
  });

  const held: readonly { readonly given: string; readonly paths: Path[]; readonly says: object }[] =
    [
      { given: 'our path', paths: [localPath(2)], says: { ranks: [2], foreign: false } },
      {
        given: 'two paths of ours',
        paths: [localPath(0), localPath(2)],
        says: { ranks: [0, 2], foreign: false },
      },
      {
        given: "a neighbour's path",
        paths: [{ ...localPath(0), neighborIp: '10.0.1.1' }],
        says: { ranks: [], foreign: false },
      },
      {
        given: 'a path that DeletePath would not find',
        paths: [{ ...localPath(0), sourceId: '10.9.9.9' }],
        says: { ranks: [], foreign: true },
      },
      {
        given: 'a path of a rank that this host never has',
        paths: [localPath(1)],
        says: { ranks: [], foreign: true },
      },
      {
        given: 'a path with a next hop of somebody else',
        paths: [localPath(0, { nextHop: '10.0.1.9' })],
        says: { ranks: [], foreign: true },
      },
      {
        given: 'a path through another AS',
        paths: [localPath(2, { localAs: 65_200 })],
        says: { ranks: [], foreign: true },
      },
    ];

  for (const { given, paths, says } of held) {
    it(`tells what is held, given ${given}`, async () => {
      daemon.paths = paths;
      const speaker = await open();
      const report = await speaker.untilUp();
      assert.deepEqual(report.held[0], { prefix: PREFIX, ...says });
      assert.deepEqual(report.held[1], { prefix: OTHER_PREFIX, ranks: [], foreign: false });
    });
  }
});

function withdrawn(prefix: string) {
  return { vip: 'a', prefix, rank: 'withdrawn' } as const;
}

function localPath(prepends: number, { nextHop = NEXT_HOP, localAs = 65_101 } = {}): Path {
  const communities = prepends === 2 ? ['65535:0'] : [];
  const attributes = { prepends, med: undefined, localPref: undefined, communities };
  return {
    ...announcement({ prefix: PREFIX, attributes, localAs, nextHop }),
    nlri: pack('IPAddressPrefix', { prefix: '10.99.0.1', prefixLen: 32 }),
    sourceId: '<nil>',
    neighborIp: '<nil>',
  };
}
