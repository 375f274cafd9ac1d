import assert from 'node:assert/strict';

import fc from 'fast-check';

import { formatDuration, parseDuration } from '../../src/yaml/duration.js';
import { formatSize, parseSize } from '../../src/yaml/size.js';
import { parseConfig } from '../../src/config/load.js';
import { changed, problems } from './sample.js';

interface Row {
  readonly key: string;
  readonly from: string;
  /** What stands there in place of `from`, and is taken. */
  readonly taken: readonly string[];
  readonly refused: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    key: 'relay.ping.interval',
    from: 'interval: 50ms',
    taken: ['interval: 5ms', 'interval: 0.1s', 'interval: 100ms'],
    refused: [
      'interval: 4ms',
      'interval: 10001ms',
      'interval: 50 ms',
      'interval: -50ms',
      'interval: 50us',
    ],
  },
  {
    key: 'relay.ping.misses',
    from: 'misses: 4',
    taken: ['misses: 1', 'misses: 5'],
    refused: ['misses: 0', 'misses: 101', 'misses: 1.5', 'misses: "4"'],
  },
  {
    key: 'vips[0].name',
    from: 'name: a',
    taken: ['name: a_1', `name: ${'x'.repeat(20)}`],
    refused: ['name: A', 'name: 1a', 'name: a-b', `name: ${'x'.repeat(21)}`, 'name: ""'],
  },
  {
    key: 'vips[1].prefixes[0]',
    from: '[10.99.0.2/32]',
    taken: ['[192.0.2.1/32]', '["2001:DB8::1/128"]'],
    refused: [
      '[10.99.0.2]',
      '[10.99.0.0/24]',
      '[10.99.0.2/24]',
      '[0.0.0.0/0]',
      '[0.0.0.0/32]',
      '["::/0"]',
      '["::/128"]',
      '[10.99.2/32]',
      '[010.99.0.2/32]',
      '[224.0.0.1/32]',
      '[127.0.0.1/32]',
      '["fe80::1/128"]',
      '["fe80::1%eth0/128"]',
      '["::ffff:10.0.0.1/128"]',
      '["2001:db8::1/64"]',
      '[10.99.0.2/32/32]',
    ],
  },
  {
    key: 'relay.ng',
    from: 'ng: udp://127.0.0.1:2223',
    taken: ['ng: udp://[::1]:1', 'ng: udp://127.0.0.1:65535'],
    refused: [
      'ng: 127.0.0.1:2223',
      'ng: tcp://127.0.0.1:2223',
      'ng: udp://localhost:2223',
      'ng: udp://127.0.0.1:0',
      'ng: udp://127.0.0.1:65536',
      'ng: udp://127.0.0.1',
    ],
  },
  {
    key: 'redis.primary',
    from: 'primary: redis://127.0.0.1:6379',
    taken: [
      'primary: redis://db-1.example:6379',
      'primary: redis://me@[::1]:6379',
      'primary: rediss://db-1.example:6379',
      'primary: unix:///run/redis.sock',
      'primary: { url: "rediss://10.0.0.1:6379", tls: { ca: /ca.crt } }',
    ],
    refused: [
      'primary: 127.0.0.1:6379',
      'primary: redis://10.1.2.300:6379',
      'primary: redis://127.0.0.1:6379/1',
      'primary: redis://127.0.0.1',
      'primary: unix://run/redis.sock',
      'primary: { url: "redis://me@10.0.0.1:6379", user: me }',
    ],
  },
  {
    key: 'bgp.bird.socket',
    from: 'socket: /run/bird/bird.ctl',
    taken: [`socket: /${'x'.repeat(106)}`],
    refused: ['socket: bird.ctl', `socket: /${'x'.repeat(107)}`],
  },
  {
    key: 'bgp.local-as',
    from: 'local-as: 65101',
    taken: ['local-as: 1', 'local-as: 4294967295'],
    refused: ['local-as: 0', 'local-as: 4294967296', 'local-as: "65101"'],
  },
  {
    key: 'bgp.neighbours[0]',
    from: '[10.0.1.1]',
    taken: [
      '["2001:db8::1"]',
      '[{ address: 10.0.1.1, as: 1, bfd: { interval: 10ms, multiplier: 255 } }]',
    ],
    refused: ['[router]', '[10.0.1.1/32]', '[10.0.1]', '[7]'],
  },
  {
    key: 'bgp.neighbours[0].bfd',
    from: '[10.0.1.1]',
    taken: ['[{ address: 10.0.1.1, bfd: false }]', '[{ address: 10.0.1.1, bfd: {} }]'],
    refused: ['[{ address: 10.0.1.1, bfd: true }]', '[{ address: 10.0.1.1, bfd: }]'],
  },
];

describe('a value', () => {
  for (const { key, from, taken, refused } of ROWS) {
    it(`of ${key} is taken inside its bounds and refused past them`, () => {
      for (const to of taken) {
        // Some of them are slow; what that costs the budget is another test's matter.
        const text = `${key === 'budget' ? '' : 'budget: 1h\n'}${changed(from, to)}`;
        assert.doesNotThrow(() => parseConfig(text, 'holdline.yaml'), to);
      }
      for (const to of refused) {
        const keys = problems(changed(from, to)).map(({ path }) => say(path));
        assert.deepEqual(keys, [key], to);
      }
    });
  }

  it('that is an address comes out in its canonical form', () => {
    const text = changed('[10.99.0.2/32]', '["2001:0DB8:0:0:0:0:0:1/128"]');
    assert.deepEqual(parseConfig(text, 'holdline.yaml').vips[1]?.prefixes, ['2001:db8::1/128']);
  });
});

describe('a duration', () => {
  it('is read with each unit', () => {
    for (const [text, ms] of [
      ['5ms', 5],
      ['1.5s', 1_500],
      ['10m', 600_000],
      ['2h', 7_200_000],
    ] as const) {
      assert.equal(parseDuration(text), ms);
    }
  });

  it('is refused without a unit, and in any other shape', () => {
    for (const text of ['5', '5 ms', 'ms', '-1s', '1e3ms', '5S', '1h30m', '']) {
      assert.equal(parseDuration(text), undefined, text);
    }
  });

  it('reads the same after it was written', () => {
    fc.assert(fc.property(fc.nat(999_999_999), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});

describe('a size', () => {
  it('is a whole number with its unit, a kB being 1024 bytes', () => {
    for (const [text, bytes] of [
      ['64kB', 65_536],
      ['16MB', 16_777_216],
      ['1GB', 1_073_741_824],
    ] as const) {
      assert.equal(parseSize(text), bytes);
      assert.equal(formatSize(bytes), text);
    }
  });

  it('is refused without a unit, and in any other shape', () => {
    for (const text of ['5', '5 MB', 'MB', '-1MB', '1.5MB', '5mb', '5KB', '']) {
      assert.equal(parseSize(text), undefined, text);
    }
  });
});

function say(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (said, step) =>
      typeof step === 'number' ? `${said}[${step}]` : said === '' ? step : `${said}.${step}`,
    '',
  );
}
