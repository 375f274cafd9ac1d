import assert from 'node:assert/strict';

import type { Config, NeighbourConfig } from '../../../../src/config/config.js';
import type { Rank } from '../../../../src/domain/rank.js';
import type { DesiredRoute, Vip } from '../../../../src/domain/route.js';
import { BirdBench } from '../../../contract/bird-bench.js';
import { ObservedSpeaker, heldRanks, type UpReport } from '../../../contract/observed-speaker.js';
import { ControlTap } from '../../../contract/control-tap.js';
import { ADDRESSES, ROUTER_AS, SPEAKER_AS } from '../../../contract/speaker-bench.js';
import {
  HOME,
  HOME_DEMOTED,
  READY,
  STANDBY_V4,
  V4,
  V6,
  home,
  lostPaths,
  same,
  standby,
} from '../../../contract/stage.js';
import { until } from '../../../contract/until.js';

const BFD = { intervalMs: 50, multiplier: 3 };
const DEMOTED_MED = 200;
const DEMOTED_LOCAL_PREF = 180;

/** Two a second, and the thorough ones among them ask twice. */
const CALM_LOOKS_MAX = 5;
/** Generous for a busy machine; the beat alone would take 250 ms on average. */
const SOON_MS = 150;

const IMPOSSIBLE = [
  { given: 'an unknown VIP', desired: [{ vip: 'z', prefix: V4, rank: HOME }] },
  { given: 'an unknown prefix', desired: [{ vip: 'a', prefix: '10.0.0.9/32', rank: HOME }] },
  { given: 'a rank of another role', desired: [{ vip: 'a', prefix: V4, rank: READY }] },
];

/** What concerns BIRD only; the rest is in the contract suite. */
describe('the BIRD driver, beyond the contract', () => {
  let bench: BirdBench;
  let observed: ObservedSpeaker;

  function withBench(options: Partial<Config['bgp']>, vips?: readonly Vip[]): void {
    before(async function () {
      this.timeout(60_000);
      bench = await BirdBench.start(options, vips);
      await bench.router.untilEstablished();
    });

    beforeEach(async () => {
      observed = new ObservedSpeaker(bench.openSpeaker());
      await observed.untilUp();
    });

    afterEach(async () => {
      await observed.close();
    });

    after(async () => {
      await bench.stop();
    });
  }

  describe('with MED and BFD', () => {
    withBench({ rankBy: 'med', neighbours: [neighbour({ bfd: BFD })] });

    it('sends the rank as MED and reads it back', async () => {
      await observed.declare(...home(HOME_DEMOTED));
      const route = await bench.router.untilPathLength(V4, 1);
      assert.equal(route?.med, DEMOTED_MED);
      const [sent] = await observed.speaker.readBack(AbortSignal.timeout(5_000));
      assert.equal(sent?.med, DEMOTED_MED);
      assert.equal(sent.rank, HOME_DEMOTED);
      assert.deepEqual(sent.asPath, [SPEAKER_AS]);
    });

    it('does not believe an export table, which would show a MED that is not sent', async () => {
      const lying = bench.fittingFile.replaceAll(
        'export filter holdline_export;',
        'export filter holdline_export; export table on;',
      );
      await bench.reconfigure(lying);
      await bench.router.untilEstablished();
      await observed.declare(...home(HOME_DEMOTED));
      await until('the router has the path', () => bench.router.route(V4));
      assert.equal((await bench.router.route(V4))?.med, undefined, 'the trap in BIRD 2.0.12');
      await assert.rejects(observed.speaker.readBack(AbortSignal.timeout(5_000)), {
        code: 'daemon-refused',
        message: /sends no MED to another AS; run `holdline render bird`/,
      });
      await bench.reconfigure(bench.fittingFile);
      await bench.router.untilEstablished();
    });

    it('reports the BFD session', async () => {
      await observed.untilReported('BFD up', ({ sessions }) => sessions[0]?.bfd === 'up');
    });
  });

  describe('with LOCAL_PREF inside an AS', () => {
    withBench({ rankBy: 'local-pref', neighbours: [neighbour({ as: SPEAKER_AS })] });

    it('sends the rank as LOCAL_PREF and reads it back', async () => {
      await observed.declare(...home(HOME_DEMOTED));
      await until('the router has the path', () => bench.router.route(V4));
      assert.equal((await bench.router.route(V4))?.localPref, DEMOTED_LOCAL_PREF);
      const [sent] = await observed.speaker.readBack(AbortSignal.timeout(5_000));
      assert.equal(sent?.rank, HOME_DEMOTED);
      assert.deepEqual(sent.asPath, []);
    });
  });

  describe('with a file that does not fit the configuration', () => {
    withBench({});

    afterEach(async () => {
      await bench.reconfigure(bench.fittingFile);
    });

    it('says which protocol is missing and how to get it', async () => {
      await bench.reconfigure(bench.fittingFile.replaceAll('holdline_a_r0', 'stranger'));
      await observed.untilReported('a look at the new file', () => true);
      await assert.rejects(observed.declare(...home(HOME)), {
        code: 'daemon-refused',
        message:
          /protocol holdline_a_r0 is not in BIRD's configuration; run `holdline render bird`/,
      });
    });

    it('announces no prefix that the configuration does not name', async () => {
      await bench.reconfigure(bench.fittingFile.replaceAll(V4, '10.99.0.77/32'));
      await assert.rejects(observed.declare(...home(HOME)), {
        code: 'daemon-refused',
        message: /holdline_a_r0 in BIRD's configuration holds 10\.99\.0\.77\/32, expected/,
      });
      assert.equal(await bench.router.route('10.99.0.77/32'), undefined);
    });

    it('calls a route foreign that such a protocol announces', async () => {
      await bench.reconfigure(bench.fittingFile.replaceAll(V4, '10.99.0.77/32'));
      await bench.ask('enable holdline_a_r0');
      await observed.untilReported('a foreign route', ({ held }) =>
        held.some(({ prefix, foreign }) => prefix === V4 && foreign),
      );
    });

    it('still moves and withdraws the VIPs that do fit', async () => {
      await observed.declare(...standby(READY));
      await bench.reconfigure(bench.fittingFile.replaceAll('holdline_a_r0', 'stranger'));
      const declared = observed.declare(...home(HOME), ...standby(READY));
      await assert.rejects(declared, { code: 'daemon-refused' });
      await bench.router.untilPathLength(STANDBY_V4, 1 + READY);
      const withdrawn = observed.declare(...home('withdrawn'), ...standby('withdrawn'));
      await assert.rejects(withdrawn, { code: 'daemon-refused', message: /No protocols match/ });
      await bench.router.untilPathLength(STANDBY_V4, 0);
    });

    it('takes the file up again once it fits', async () => {
      await observed.declare(...home(HOME));
      const report = await observed.untilReported('rank 0', (each) =>
        same(heldRanks(each, V4), [HOME]),
      );
      assert.ok(report.held.every(({ foreign }) => !foreign));
    });

    it('reads back what the export filter makes when there is no export table', async () => {
      await bench.reconfigure(bench.fittingFile.replaceAll('export table on;', ''));
      await bench.router.untilEstablished();
      await observed.declare(...home(HOME_DEMOTED));
      await bench.router.untilPathLength(V6, 1 + HOME_DEMOTED);
      const sent = await observed.speaker.readBack(AbortSignal.timeout(5_000));
      assert.deepEqual(
        sent.map(({ prefix, rank }) => [prefix, rank]),
        [
          [V4, HOME_DEMOTED],
          [V6, HOME_DEMOTED],
        ],
      );
    });
  });

  describe('with more VIPs than one read of BIRD takes commands for', () => {
    const vips = Array.from({ length: 20 }, (_each, index): Vip => {
      const prefixes = [`10.99.1.${index}/32`, `2001:db8:99:1::${index + 1}/128`];
      return { name: `vip_${index}`, prefixes, role: { kind: 'home', standbys: 1 } };
    });
    const all = (rank: Rank): readonly DesiredRoute[] =>
      vips.flatMap(({ name, prefixes }) => prefixes.map((prefix) => ({ vip: name, prefix, rank })));
    withBench({}, vips);

    it('announces, demotes, reads back and withdraws all of them', async () => {
      await observed.declare(...all(HOME));
      await observed.declare(...all(HOME_DEMOTED));
      await bench.router.untilPathLength('2001:db8:99:1::20/128', 1 + HOME_DEMOTED);
      const sent = await observed.speaker.readBack(AbortSignal.timeout(5_000));
      assert.equal(sent.length, 40);
      assert.ok(sent.every(({ rank }) => rank === HOME_DEMOTED));
      const mark = bench.router.mark();
      await observed.declare(...all('withdrawn'));
      await until('every path is lost', () => lostPaths(bench, mark).length === 40);
    });
  });

  describe('with nothing going on', () => {
    withBench({});

    it('looks seldom, and soon when BIRD announces a change', async function () {
      this.timeout(30_000);
      const tap = await ControlTap.open(bench.socketPath);
      const calm = new ObservedSpeaker(bench.openSpeaker(tap.socketPath));
      const heldIs = (ranks: readonly number[]) => (report: UpReport) =>
        same(heldRanks(report, V4), ranks);
      try {
        await calm.declare(...home(HOME));
        await until('looks are many', () => tap.looksInLast(1_000) > 2 * CALM_LOOKS_MAX);
        await until('looks are rare', () => tap.looksInLast(1_000) <= CALM_LOOKS_MAX, 15_000);
        tap.forget();
        await bench.ask('disable holdline_a_r0');
        await calm.untilReported('the loss', heldIs([]));
        assert.ok((tap.announcementToLookMs ?? Infinity) < SOON_MS);
      } finally {
        await calm.close();
        await tap.close();
      }
    });
  });

  describe('with a declaration that BIRD cannot follow', () => {
    withBench({});

    for (const { given, desired } of IMPOSSIBLE) {
      it(`refuses ${given} and changes nothing`, async () => {
        await assert.rejects(observed.declare(...desired), {
          code: 'daemon-refused',
          disposition: 'fatal',
        });
        assert.deepEqual(observed.held(V4), []);
      });
    }
  });
});

function neighbour(options: Partial<NeighbourConfig>): NeighbourConfig {
  return { address: ADDRESSES.router.ipv4, as: ROUTER_AS, bfd: undefined, ...options };
}
