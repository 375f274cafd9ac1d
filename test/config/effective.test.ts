import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { effectiveYaml } from '../../src/config/effective.js';
import { parseConfig } from '../../src/config/load.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { changed, GOOD } from './sample.js';

describe('the effective configuration', () => {
  const directory = temporaryDirectory();
  const passwordPath = within(directory, 'password');
  before(() => writeFileSync(passwordPath, 'hunter2\n'));
  after(() => directory.remove());

  const variants = (): readonly (readonly [string, string])[] => [
    ['the good file', GOOD],
    [
      'a password and a user',
      changed(
        'redis://127.0.0.1:6379',
        `{ url: "redis://me@[::1]:6379", password-file: ${passwordPath} }`,
      ),
    ],
    [
      'TLS towards Redis',
      changed(
        'redis://127.0.0.1:6379',
        '{ url: "rediss://[::1]:6379", user: me, tls: { ca: /ca, cert: /crt, key: /key } }',
      ).replace('redis://127.0.0.1:6380', 'unix:///run/redis.sock'),
    ],
    [
      'Sentinel',
      changed(
        'primary: redis://127.0.0.1:6379',
        `sentinels: [redis://s-1:26379, { url: rediss://s-2:26379, password-file: ${passwordPath} }]\n` +
          '  name: relays\n  primary: { user: me, tls: { server-name: redis.example } }',
      ),
    ],
    [
      'Sentinel, with a primary over TLS that asks for nothing',
      changed(
        'primary: redis://127.0.0.1:6379',
        'sentinels: [redis://s-1:26379]\n  name: relays\n  primary: { tls: {} }',
      ),
    ],
    [
      'GoBGP without Redis',
      changed(
        'driver: bird\n  bird: { socket: /run/bird/bird.ctl }',
        'driver: gobgp\n  gobgp: { address: 127.0.0.1:50051 }\n  router-id: 10.0.0.1\n' +
          '  next-hop: { ipv4: 10.0.1.2, ipv6: "2001:db8::2" }',
      ).replace(/redis:\n.*\n.*\n/, ''),
    ],
    [
      'an exec relay and a second standby',
      changed('kind: rtpengine\n  ng: udp://127.0.0.1:2223', 'kind: exec\n  command: [/bin/true]')
        .replace('of: relay-b', 'of: relay-b\n    order: 2\n    standbys: 3')
        .replace('[10.0.1.1]', '[{ address: 10.0.1.1, bfd: false }]')
        .replace('vips:', 'budget: 10s\nvips:'),
    ],
  ];

  it('loads again as the same configuration', () => {
    for (const [given, text] of variants()) {
      const config = parseConfig(text, 'holdline.yaml');
      assert.deepEqual(parseConfig(effectiveYaml(config), 'again.yaml'), config, given);
    }
  });

  it('says where a password comes from, and not the password', () => {
    for (const [given, text] of variants().filter((each) => each[1].includes(passwordPath))) {
      const printed = effectiveYaml(parseConfig(text, 'holdline.yaml'));
      assert.match(printed, new RegExp(`password-file: ${passwordPath}`), given);
      assert.doesNotMatch(printed, /hunter2/, given);
    }
  });

  it('speaks every default out', () => {
    const printed = effectiveYaml(parseConfig(GOOD, 'holdline.yaml'));
    for (const line of [
      'budget: 1s',
      '  settle: 10s',
      'on-stop: hold',
      'on-death: hold',
      '  rank-by: as-path',
    ]) {
      assert.ok(printed.split('\n').includes(line), line);
    }
  });
});
