import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { renderBird } from '../../../../src/adapters/bgp/bird/render.js';
import type { Config } from '../../../../src/config/config.js';
import { RenderError } from '../../../../src/config/render-error.js';
import { requirePrograms } from '../../../contract/namespace-pair.js';
import { HOME_VIP, SPEAKER_AS, benchConfig } from '../../../contract/speaker-bench.js';

const NEIGHBOUR = { address: '10.0.1.1', as: 65000, bfd: { intervalMs: 50, multiplier: 3 } };
const NEIGHBOUR_V6 = { ...NEIGHBOUR, address: '2001:db8:1::1' };
const NO_NEXT_HOP = { ipv4: undefined, ipv6: undefined };

describe('holdline render bird', () => {
  const parsed: readonly { given: string; config: Config }[] = [
    ...(['as-path', 'med'] as const).map((rankBy) => ({
      given: `ranks by ${rankBy}`,
      config: benchConfig({ rankBy, neighbours: [NEIGHBOUR] }),
    })),
    {
      given: 'ranks by local-pref',
      config: benchConfig({ rankBy: 'local-pref', neighbours: [{ ...NEIGHBOUR, as: SPEAKER_AS }] }),
    },
    {
      given: 'two neighbours, one of them without BFD',
      config: benchConfig({ neighbours: [NEIGHBOUR, { ...NEIGHBOUR_V6, bfd: undefined }] }),
    },
    {
      given: 'VIPs of one family and no next hop',
      config: {
        ...benchConfig({ neighbours: [NEIGHBOUR], nextHop: NO_NEXT_HOP }),
        vips: [{ ...HOME_VIP, prefixes: ['10.99.0.1/32', '10.99.0.3/32'] }],
      },
    },
    { given: 'no router id', config: benchConfig({ routerId: undefined }) },
  ];

  for (const { given, config } of parsed) {
    it(`prints a file that BIRD takes, given ${given}`, async () => {
      await requirePrograms({ bird: 'bird2' });
      const directory = await mkdtemp(join(tmpdir(), 'hl-render-'));
      try {
        const path = join(directory, 'bird.conf');
        await writeFile(path, renderBird(config));
        const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
        const { stderr } = await execa('bird', ['-p', '-c', path], { env });
        assert.equal(stderr, '', 'not even a warning');
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });
  }

  it('leaves every protocol disabled that announces something', () => {
    const file = renderBird(benchConfig({}));
    const statics = file.split('protocol static ').slice(1);
    assert.equal(statics.length, 6);
    assert.ok(statics.every((each) => each.includes('  disabled;\n')));
  });

  it('hands no route to the kernel and keeps none for a dead daemon', () => {
    const file = renderBird(benchConfig({}));
    assert.doesNotMatch(file, /^protocol kernel/m);
    assert.match(file, /^ {2}graceful restart off;/m);
    assert.match(file, /^ {2}long lived graceful restart off;/m);
  });

  const refused: readonly { given: string; key: string; bgp: Partial<Config['bgp']> }[] = [
    {
      given: 'a neighbour without an AS',
      key: 'bgp.neighbours[0].as',
      bgp: { neighbours: [{ ...NEIGHBOUR, as: undefined }] },
    },
    {
      given: 'IPv6 prefixes, an IPv4 neighbour and no next hop',
      key: 'bgp.next-hop.ipv6',
      bgp: { neighbours: [NEIGHBOUR], nextHop: NO_NEXT_HOP },
    },
    {
      given: 'IPv4 prefixes, an IPv6 neighbour and no next hop',
      key: 'bgp.next-hop.ipv4',
      bgp: { neighbours: [NEIGHBOUR_V6], nextHop: NO_NEXT_HOP },
    },
  ];

  for (const { given, key, bgp } of refused) {
    it(`names the key ${key}, given ${given}`, () => {
      assert.throws(
        () => renderBird(benchConfig(bgp)),
        (error: unknown) => error instanceof RenderError && error.key === key,
      );
    });
  }
});
