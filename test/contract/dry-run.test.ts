import assert from 'node:assert/strict';

import { DryRunSpeaker } from '../../src/adapters/bgp/dry-run/dry-run-speaker.js';
import { GRACEFUL_SHUTDOWN } from '../../src/domain/attributes.js';
import { claimsOfEverySpeaker } from './bgp-speaker.suite.js';
import { ADDRESSES, SPEAKER_AS, VIPS } from './speaker-bench.js';
import { HOME, HOME_DEMOTED, V4, V6, home } from './stage.js';

const NEVER = new AbortController().signal;

/** The dry run has no daemon and no router, so only the claims of every speaker concern it. */
describe('the dry-run driver', () => {
  describe('as every speaker', () => {
    claimsOfEverySpeaker(() =>
      Promise.resolve({ openSpeaker: () => openDryRun(), stop: () => Promise.resolve() }),
    );
  });

  it('says every step that it would take, and none when there is none', async () => {
    const said: string[] = [];
    const speaker = openDryRun((sentence) => said.push(sentence));
    await speaker.declare([{ vip: 'a', prefix: V4, rank: HOME }], NEVER);
    await speaker.declare([{ vip: 'a', prefix: V4, rank: HOME }], NEVER);
    await speaker.declare([{ vip: 'a', prefix: V4, rank: HOME_DEMOTED }], NEVER);
    await speaker.declare([{ vip: 'a', prefix: V4, rank: 'withdrawn' }], NEVER);
    assert.deepEqual(said, [
      `would announce ${V4} of VIP a with rank 0`,
      `would announce ${V4} of VIP a with rank 2`,
      `would take back the path of rank 0 for ${V4} of VIP a`,
      `would withdraw ${V4} of VIP a, announced with rank 2 so far`,
    ]);
  });

  it('reads back what a real daemon would send', async () => {
    const speaker = openDryRun();
    await speaker.declare(home(HOME_DEMOTED), NEVER);
    const sent = {
      neighbour: ADDRESSES.router.ipv4,
      rank: HOME_DEMOTED,
      asPath: [SPEAKER_AS, SPEAKER_AS, SPEAKER_AS],
      communities: [GRACEFUL_SHUTDOWN],
      med: undefined,
    };
    assert.deepEqual(await speaker.readBack(), [
      { ...sent, prefix: V4 },
      { ...sent, prefix: V6 },
    ]);
  });

  it('refuses a prefix that the configuration does not name', async () => {
    const speaker = openDryRun();
    await assert.rejects(speaker.declare([{ vip: 'a', prefix: '10.0.0.9/32', rank: 0 }], NEVER), {
      code: 'daemon-refused',
    });
  });
});

function openDryRun(say: (sentence: string) => void = () => {}): DryRunSpeaker {
  return new DryRunSpeaker({
    vips: VIPS,
    rankBy: 'as-path',
    localAs: SPEAKER_AS,
    neighbours: [{ address: ADDRESSES.router.ipv4 }],
    clock: { nowMs: () => performance.timeOrigin + performance.now() },
    say,
  });
}
