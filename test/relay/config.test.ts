import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { parseRelayConfig } from '../../src/relay/config/config.js';

const SPARE = `
control: { udp: "0.0.0.0:2223" }
interfaces:
  - { name: v1, addresses: [10.99.0.1] }
`;
const PAGE = readFileSync('docs/relay.md', 'utf8');
const EXAMPLE = /```yaml\n([^]*?)```/.exec(PAGE)?.[1] ?? '';

describe('relay.yaml', () => {
  it('needs a control port and an interface, and has defaults for the rest', () => {
    assert.deepEqual(parseRelayConfig(SPARE, 'relay.yaml'), {
      control: { udp: { host: '0.0.0.0', port: 2223 }, tcp: undefined },
      interfaces: [{ name: 'v1', addresses: ['10.99.0.1'] }],
      ports: { min: 30_000, max: 40_000, quarantineMs: 30_000 },
      sessionsMax: 100_000,
      timeouts: { mediaMs: 60_000, silentMs: 3_600_000, offerMs: 3_600_000, finalMs: 0 },
      tos: undefined,
      pidFile: undefined,
      redis: undefined,
      logLevel: 'info',
    });
  });

  it('is in docs/relay.md as it is read, with a row for every key', () => {
    const config = parseRelayConfig(EXAMPLE, 'docs/relay.md');
    assert.deepEqual(config.interfaces[0], {
      name: 'v1',
      addresses: ['10.99.0.1', '2001:db8:99::1'],
    });
    const keys = [...EXAMPLE.matchAll(/([a-z-]+):(?=\s|$)/gm)].map(([, key = '']) => key);
    assert.deepEqual(
      keys.filter((key) => !new RegExp(`\\| \`[a-z.-]*\\b${key}\``).test(PAGE)),
      [],
    );
  });

  for (const [given, yaml, said] of [
    [
      'an unknown key',
      `${SPARE}portz: {}\n`,
      /^f:5: portz: .* an unknown key \(did you mean ports\?\)$/,
    ],
    [
      'a missing key',
      'interfaces: []',
      /control: expected a mapping with the keys udp, tcp, got nothing/,
    ],
    [
      'a port too low',
      `${SPARE}ports: { min: 80 }`,
      /^f:5: ports\.min: expected a whole number from 1024/,
    ],
    ['a range too small', `${SPARE}ports: { min: 3000, max: 3001 }`, /expected room for two pairs/],
    ['a time without unit', `${SPARE}timeouts: { media: 60 }`, /expected a duration with a unit/],
    [
      'a name as an address',
      SPARE.replace('10.99.0.1', 'relay-a'),
      /expected an IPv4 or IPv6 address/,
    ],
    [
      'an address twice',
      `${SPARE}  - { name: v2, addresses: [10.99.0.1] }`,
      /expected different addresses, got 10\.99\.0\.1 twice/,
    ],
    [
      'two addresses of a family',
      SPARE.replace('10.99.0.1', '10.99.0.1, 10.99.0.2'),
      /expected at most one IPv4 and one IPv6 address each, got two on v1/,
    ],
    [
      'a TOS with congestion bits',
      `${SPARE}tos: 185`,
      /expected a multiple of 4 from 0 to 252, got 185/,
    ],
    ['no YAML', 'a: [', /expected well-formed YAML/],
  ] as const) {
    it(`refuses ${given} with line, key, expected and got`, () => {
      assert.throws(() => parseRelayConfig(yaml, 'f'), {
        code: given === 'no YAML' ? 'config-not-yaml' : 'config-invalid',
        message: said,
      });
    });
  }
});
