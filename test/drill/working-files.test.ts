import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { renderFor } from '../../src/cli/compose.js';
import { loadConfig } from '../../src/config/load.js';
import { linkOf, REDIS_PORT, RELAYS, VIPS } from '../../src/drill/lab/addresses.js';
import {
  BIRD_SOCKET,
  configPath,
  CONTROL_SOCKET,
  GOBGP_SOCKET,
} from '../../src/drill/lab/programs.js';

const DRIVERS = [
  { driver: 'bird', rendered: [['bird', 'bird.conf']] },
  {
    driver: 'gobgp',
    rendered: [
      ['gobgp', 'gobgpd.toml'],
      ['gobgp-bfd', 'bfd.conf'],
    ],
  },
] as const;

for (const { driver, rendered } of DRIVERS) {
  for (const relay of RELAYS) {
    describe(`gobgp-config/${driver}/${relay}`, () => {
      const config = loadConfig(configPath(driver, relay, 'holdline.yaml'));

      for (const [daemon, file] of rendered) {
        it(`has the ${file} that holdline renders (npm run render writes it anew)`, () => {
          const committed = readFileSync(configPath(driver, relay, file), 'utf8');
          assert.equal(committed, renderFor(daemon, config));
        });
      }

      it('has the addresses of the lab', () => {
        const link = linkOf(relay);
        assert.equal(config.node, relay);
        assert.deepEqual(
          config.bgp.neighbours.map(({ address }) => address),
          [link.router4],
        );
        const { primary } = config.redis!;
        assert.ok('host' in primary);
        assert.deepEqual([primary.host, primary.port], [linkOf('store').host4, REDIS_PORT]);
        assert.equal(config.control.socketPath, CONTROL_SOCKET);
      });

      it('finds its daemon where the lab starts it', () => {
        const { bird, gobgp } = config.bgp;
        const found = driver === 'bird' ? bird?.socketPath : gobgp?.address;
        assert.equal(found, driver === 'bird' ? BIRD_SOCKET : `unix://${GOBGP_SOCKET}`);
      });

      it('is at home for one VIP and stands by for the other', () => {
        assert.deepEqual(
          config.vips.map(({ name, prefixes, database }) => ({ name, prefixes, database })),
          VIPS.map(({ name, ipv4, ipv6, database }) => ({
            name,
            prefixes: [`${ipv4}/32`, `${ipv6}/128`],
            database,
          })),
        );
        const homes = config.vips.filter(({ role }) => role.kind === 'home');
        assert.deepEqual(
          homes.map(({ name }) => name),
          VIPS.filter(({ home }) => home === relay).map(({ name }) => name),
        );
      });
    });
  }
}
