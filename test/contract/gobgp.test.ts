import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { renderBfdCompanion } from '../../src/adapters/bgp/gobgp/render-bfd-companion.js';
import { claimsOfEverySpeaker, claimsOfRoutedSpeakers } from './bgp-speaker.suite.js';
import { GOBGP_CONFIG, startGobgpBench, type GobgpBench } from './gobgp-bench.js';
import { stopProcess } from './namespace-pair.js';
import { ObservedSpeaker } from './observed-speaker.js';
import { benchConfig, FOREIGN_PREFIX } from './speaker-bench.js';
import { HOME, HOME_DEMOTED, V4, V6, home, lostPaths } from './stage.js';
import { until } from './until.js';

const WATCHED_CONFIG = benchConfig({
  neighbours: GOBGP_CONFIG.bgp.neighbours.map((each) => ({
    ...each,
    bfd: { intervalMs: 50, multiplier: 3 },
  })),
});

describe('the gobgp driver', () => {
  claimsOfEverySpeaker(startGobgpBench);

  describe('with a router', () => {
    claimsOfRoutedSpeakers(startGobgpBench);
  });
});

describe('the rendered configuration of gobgpd', () => {
  let bench: GobgpBench;
  let observed: ObservedSpeaker;

  before(async function () {
    this.timeout(60_000);
    bench = await startGobgpBench();
    observed = new ObservedSpeaker(bench.openSpeaker());
    await observed.untilUp();
    await bench.router.untilEstablished();
  });

  after(async () => {
    await observed.close();
    await bench.stop();
  });

  it('lets out the configured prefixes and nothing else', async () => {
    await observed.declare(...home(HOME));
    await bench.router.untilPathLength(V4, 1);
    assert.equal(await bench.outsider.holdsForeignRoute(), true);
    assert.equal(await bench.router.route(FOREIGN_PREFIX), undefined);
  });

  it('lets a rank out as MED when the ranks are written so', async () => {
    const byMed = new ObservedSpeaker(bench.daemon.openSpeaker({ rankBy: 'med' }));
    try {
      await byMed.declare(...home(HOME_DEMOTED));
      await until('the MED is there', async () => (await bench.router.route(V4))?.med === 200);
      const sent = await byMed.speaker.readBack(AbortSignal.timeout(5_000));
      assert.deepEqual(
        sent.map(({ rank, med }) => ({ rank, med })),
        [V4, V6].map(() => ({ rank: HOME_DEMOTED, med: 200 })),
      );
    } finally {
      await byMed.close();
    }
  });

  describe('with its BFD companion', () => {
    let companion: ChildProcess;

    before(async () => {
      const file = join(bench.directory, 'bfd.conf');
      await writeFile(file, renderBfdCompanion(WATCHED_CONFIG));
      const socket = ['-s', join(bench.directory, 'bfd.ctl')];
      companion = bench.pair.speaker.spawn('bird', ['-f', '-c', file, ...socket]);
      companion.stderr?.resume();
      await until("the router's BFD session is up", async () => (await sessions()).includes('Up'));
    });

    after(async () => {
      await stopProcess(companion);
    });

    it('is given up by the router long before the hold time once the host is silent', async () => {
      await observed.declare(...home(HOME));
      await bench.router.untilPathLength(V4, 1);
      const mark = bench.router.mark();
      const silentAtMs = performance.now();
      bench.daemon.pause();
      companion.kill('SIGSTOP');
      await until('the router drops the path', () => lostPaths(bench, mark).includes(V4));
      const tookMs = performance.now() - silentAtMs;
      bench.daemon.resume();
      companion.kill('SIGCONT');
      assert.ok(tookMs < 1_000, `it took the router ${tookMs} ms`);
    });
  });

  async function sessions(): Promise<string> {
    const socket = join(bench.directory, 'router.ctl');
    return await bench.pair.router.run('birdc', '-s', socket, 'show', 'bfd', 'sessions');
  }
});
