import assert from 'node:assert/strict';

import { renderBfdCompanion } from '../../../../src/adapters/bgp/gobgp/render-bfd-companion.js';
import { renderGobgp } from '../../../../src/adapters/bgp/gobgp/render.js';
import type { Config } from '../../../../src/config/config.js';
import { benchConfig } from '../../../contract/speaker-bench.js';

const NEIGHBOUR = { address: '10.0.1.1', as: 65000, bfd: undefined };

function config(bgp: Partial<Config['bgp']> = {}): Config {
  return benchConfig({ driver: 'gobgp', neighbours: [NEIGHBOUR], ...bgp });
}

describe('the rendered gobgpd.toml', () => {
  it('names every prefix with its full length, by family', () => {
    const lines = renderGobgp(config())
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^(ip-prefix|masklength-range|prefix-set-name)/.test(line));
    assert.deepEqual(lines, [
      'prefix-set-name = "holdline-ipv4"',
      'ip-prefix = "10.99.0.1/32"',
      'masklength-range = "32..32"',
      'ip-prefix = "10.99.0.2/32"',
      'masklength-range = "32..32"',
      'prefix-set-name = "holdline-ipv6"',
      'ip-prefix = "2001:db8:99::1/128"',
      'masklength-range = "128..128"',
    ]);
  });

  it('lets nothing in or out that no policy names', () => {
    const text = renderGobgp(config());
    assert.match(text, /default-import-policy = "reject-route"/);
    assert.match(text, /default-export-policy = "reject-route"/);
  });

  it('speaks and sets up no IPv6 when no prefix is of it', () => {
    const { vips, ...rest } = config();
    const text = renderGobgp({ ...rest, vips: vips.filter(({ name }) => name === 'b') });
    assert.doesNotMatch(text, /ipv6/);
  });

  it('listens only on the families that its neighbours speak', () => {
    assert.match(renderGobgp(config()), /local-address-list = \["0\.0\.0\.0"\]/);
    const both = [NEIGHBOUR, { ...NEIGHBOUR, address: '2001:db8:1::1' }];
    assert.match(
      renderGobgp(config({ neighbours: both })),
      /local-address-list = \["0\.0\.0\.0", "::"\]/,
    );
  });

  it("takes the host's own IPv4 address as router ID when none is chosen", () => {
    assert.match(renderGobgp(config({ routerId: undefined })), /router-id = "10\.0\.1\.2"/);
    assert.match(renderGobgp(config({ routerId: '10.7.7.7' })), /router-id = "10\.7\.7\.7"/);
  });

  it('is refused when a neighbour has no AS, by the name of the key', () => {
    const neighbours = [NEIGHBOUR, { ...NEIGHBOUR, address: '10.0.1.9', as: undefined }];
    assert.throws(() => renderGobgp(config({ neighbours })), {
      name: 'RenderError',
      key: 'bgp.neighbours[1].as',
    });
  });

  it('is refused without anything to make a router ID of', () => {
    const nextHop = { ipv4: undefined, ipv6: '2001:db8:1::2' };
    assert.throws(() => renderGobgp(config({ routerId: undefined, nextHop })), {
      name: 'RenderError',
      key: 'bgp.router-id',
    });
  });
});

describe('the rendered BFD companion', () => {
  const BFD = { intervalMs: 50, multiplier: 3 };

  it('runs BFD, and no BGP, towards every neighbour that is to be watched', () => {
    const unwatched = { ...NEIGHBOUR, address: '10.0.1.9' };
    const text = renderBfdCompanion(
      config({ neighbours: [{ ...NEIGHBOUR, bfd: BFD }, unwatched] }),
    );
    assert.match(text, /min rx interval 50 ms;\s+min tx interval 50 ms;\s+multiplier 3;/);
    assert.match(text, /neighbor 10\.0\.1\.1;/);
    assert.doesNotMatch(text, /10\.0\.1\.9/);
    assert.doesNotMatch(text, /protocol (bgp|kernel|static)/);
  });

  it('is refused when no neighbour is to be watched', () => {
    assert.throws(() => renderBfdCompanion(config()), {
      name: 'RenderError',
      key: 'bgp.neighbours',
    });
  });

  it('follows the neighbour that wants it fastest', () => {
    const neighbours = [
      { ...NEIGHBOUR, bfd: { intervalMs: 100, multiplier: 3 } },
      { ...NEIGHBOUR, address: '10.0.1.9', bfd: { intervalMs: 20, multiplier: 5 } },
    ];
    assert.match(renderBfdCompanion(config({ neighbours })), /interval 20 ms;\s+multiplier 5;/);
  });
});
