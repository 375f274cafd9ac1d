import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';

import type { Config } from '../../src/config/config.js';
import { loadConfig, parseConfig } from '../../src/config/load.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { changed, complaints, GOOD, problems, refusal } from './sample.js';

describe('a configuration file', () => {
  it('gives every duration in milliseconds and every default', () => {
    const config = parseConfig(GOOD, 'holdline.yaml');
    assert.deepEqual(config, {
      node: 'relay-a',
      budgetMs: 1000,
      relay: {
        kind: 'rtpengine',
        ng: { host: '127.0.0.1', port: 2223 },
        url: undefined,
        tcp: undefined,
        command: undefined,
        holdOpen: { host: '127.0.0.1', port: 9900 },
        cli: { host: '127.0.0.1', port: 9900 },
        pidFile: undefined,
        ping: { intervalMs: 50, deadlineMs: 50, misses: 4 },
        canary: { enabled: true, intervalMs: 50 },
        degraded: { pingMs: undefined, errorShare: undefined, forMs: 2_000, vipMissing: true },
        degradedFile: undefined,
      },
      vips: [
        {
          name: 'a',
          prefixes: ['10.99.0.1/32', '2001:db8:99::1/128'],
          role: { kind: 'home', standbys: 1 },
          database: 1,
        },
        {
          name: 'b',
          prefixes: ['10.99.0.2/32'],
          role: { kind: 'standby', of: 'relay-b', order: 1, standbys: 1 },
          database: 2,
        },
      ],
      redis: {
        primary: { host: '127.0.0.1', port: 6379, username: undefined, password: undefined },
        replica: { host: '127.0.0.1', port: 6380, username: undefined, password: undefined },
        database: 15,
        maxLagMs: 500,
        parityIntervalMs: 30_000,
        repair: 'on',
      },
      capacity: undefined,
      bgp: {
        driver: 'bird',
        bird: { socketPath: '/run/bird/bird.ctl' },
        gobgp: undefined,
        nextHop: { ipv4: undefined, ipv6: undefined },
        rankBy: 'as-path',
        localAs: 65101,
        routerId: undefined,
        neighbours: [
          { address: '10.0.1.1', as: undefined, bfd: { intervalMs: 50, multiplier: 3 } },
        ],
        escalate: ['retry', 'disable-neighbour'],
        stopCommand: undefined,
      },
      failback: { mode: 'auto', settleMs: 10_000, maxHoldMs: 1_800_000 },
      status: { listen: { host: '127.0.0.1', port: 9477 } },
      control: { socketPath: '/run/holdline/control.sock' },
      state: { path: '/var/lib/holdline/operator.json' },
      journal: {
        path: '/var/lib/holdline/journal.jsonl',
        fileBytesMax: 16_777_216,
        filesMax: 4,
      },
      log: { level: 'info' },
      onStop: 'hold',
      onDeath: 'hold',
    } satisfies Config);
  });

  it('is frozen to the bottom', () => {
    const config = parseConfig(GOOD, 'holdline.yaml');
    assert.throws(() => ((config.relay.ping as { misses: number }).misses = 1), TypeError);
    assert.throws(() => (config.vips as unknown[]).push({}), TypeError);
  });

  it('is refused with file, line, key, expected and got', () => {
    const { message, code, file } = refusal(changed('interval: 50ms', 'interval: 50'));
    assert.equal(code, 'config-invalid');
    assert.equal(file, 'holdline.yaml');
    assert.equal(
      message,
      'holdline.yaml:6: relay.ping.interval: expected a duration with a unit (ms, s, m or h)' +
        ' from 5ms to 10s, got 50',
    );
  });

  it('is refused with all of its problems at once, in the order of the lines', () => {
    const text = GOOD.replace('local-as: 65101', 'local-as: 0')
      .replace('role: home', 'role: hom')
      .replace('node: relay-a', 'nod: relay-a');
    assert.deepEqual(
      problems(text).map(({ line, path }) => [line, path.join('.')]),
      [
        [1, 'nod'],
        [1, 'node'],
        [10, 'vips.0.role'],
        [23, 'bgp.local-as'],
      ],
    );
  });

  for (const { given, from, to, says } of [
    {
      given: 'an unknown key',
      from: 'hold-open:',
      to: 'holdopen:',
      says: /^5: relay\.holdopen: expected one of the keys kind, ng, .* unknown key \(did you mean hold-open\?\)$/,
    },
    {
      given: 'an unknown key that is like no other',
      from: 'local-as:',
      to: 'zebra: 1\n  local-as:',
      says: /^23: bgp\.zebra: expected one of the keys driver, .*, got an unknown key$/,
    },
    {
      given: 'the same key twice',
      from: 'node: relay-a',
      to: 'node: relay-a\nnode: relay-b',
      says: /^2: expected well-formed YAML, got the same key twice$/,
    },
    {
      given: 'a word that is no yes and no no',
      from: 'hold-open: tcp://127.0.0.1:9900',
      to: 'canary: { enabled: perhaps }',
      says: /^5: relay\.canary\.enabled: expected true or false, got "perhaps"$/,
    },
    {
      given: 'a driver of later versions',
      from: 'driver: bird',
      to: 'driver: frr',
      says: /^21: bgp\.driver: expected one of bird, gobgp, dry-run: FRR is not in this version of Holdline yet, got "frr"$/,
    },
    {
      given: 'a section without a value',
      from: 'ping: { interval: 50ms, deadline: 50ms, misses: 4 }',
      to: 'ping:',
      says: /^6: relay\.ping: expected a mapping with the keys interval, deadline, misses, got nothing$/,
    },
    {
      given: 'an alias',
      from: '[10.0.1.1]',
      to: '&here [*here]',
      says: /^24: /,
    },
    {
      given: 'a broken line',
      from: 'kind: rtpengine',
      to: 'kind: [rtpengine',
      says: /^\d+: expected well-formed YAML, got /,
    },
  ]) {
    it(`is refused with ${given}`, () => {
      assert.match(complaints(changed(from, to))[0] ?? '', says);
    });
  }

  for (const { given, text } of [
    { given: 'nothing', text: '' },
    { given: 'a list', text: '- 1\n' },
    { given: 'a word', text: 'hello\n' },
  ]) {
    it(`is refused when there is ${given} in it`, () => {
      assert.match(complaints(text)[0] ?? '', /^1: expected a mapping with the keys node, /);
    });
  }

  it('is refused with two documents in it', () => {
    assert.equal(refusal(`${GOOD}---\nnode: b\n`).code, 'config-not-yaml');
  });

  it('is refused when it is longer than any configuration', () => {
    const comment = `# ${'x'.repeat(262_144 - GOOD.length - 3)}\n`;
    assert.equal(parseConfig(GOOD + comment, 'holdline.yaml').node, 'relay-a');
    assert.match(
      complaints(`${GOOD}${comment}\n`)[0] ?? '',
      /at most 262144 characters, got 262145/,
    );
  });
});

describe('a password', () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());
  const withPassword = (rest: string): string =>
    changed(
      'primary: redis://127.0.0.1:6379',
      `primary: { url: redis://me@127.0.0.1:6379, ${rest} }`,
    );

  it('comes from a file, without the newline at its end', () => {
    const path = within(directory, 'password');
    writeFileSync(path, 'hunter2\n');
    const { redis } = parseConfig(withPassword(`password-file: ${path}`), 'holdline.yaml');
    assert.ok(redis !== undefined && 'host' in redis.primary);
    assert.equal(redis.primary.password, 'hunter2');
    assert.equal(redis.primary.username, 'me');
    assert.deepEqual(redis.primary.passwordOrigin, { from: 'file', path });
  });

  it('comes from the environment', () => {
    process.env['HOLDLINE_TEST_PASSWORD'] = 'hunter3';
    const text = withPassword('password-env: HOLDLINE_TEST_PASSWORD');
    const { redis } = parseConfig(text, 'holdline.yaml');
    delete process.env['HOLDLINE_TEST_PASSWORD'];
    assert.ok(redis !== undefined && 'host' in redis.primary);
    assert.equal(redis.primary.password, 'hunter3');
    assert.match(complaints(text)[0] ?? '', /^18: .*HOLDLINE_TEST_PASSWORD, got no such variable$/);
  });

  for (const { given, rest, says } of [
    { given: 'of both', rest: 'password-file: /x, password-env: X', says: /got both$/ },
    { given: 'of a missing file', rest: 'password-file: /nowhere/x', says: /got ENOENT/ },
    { given: 'of a directory', rest: 'password-file: /tmp', says: /not a regular file/ },
    {
      given: 'in the file itself',
      rest: 'password: hunter2',
      says: /redis\.primary\.password.*unknown key/,
    },
  ]) {
    it(`is refused when it is to be ${given}`, () => {
      const [first = ''] = complaints(withPassword(rest));
      assert.match(first, says);
      assert.doesNotMatch(first, /hunter2/);
    });
  }

  it('in a URL is refused and not repeated, however broken the URL is', () => {
    for (const url of [
      'redis://me:hunter2@127.0.0.1:6379',
      'redis://:hunter2@127.0.0.1:6379',
      'redis://:hunter2@127.0.0.1:637900',
      'redis://:hunter2/@127.0.0.1',
      'rediss://me:hunter2@127.0.0.1:6379',
      'http://me:hunter2@127.0.0.1:6379',
    ]) {
      const text = changed('primary: redis://127.0.0.1:6379', `primary: "${url}"`);
      const [first = ''] = complaints(text);
      assert.match(first, /^18: redis\.primary: /);
      assert.doesNotMatch(first, /hunter2/, url);
    }
  });

  it('on a broken line is not repeated', () => {
    const text = changed('primary: redis://127.0.0.1:6379', 'primary: { url: hunter2, [ }');
    assert.doesNotMatch(refusal(text).message, /hunter2/);
  });
});

describe('loading a configuration', () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it('reads the file', () => {
    const path = within(directory, 'good.yaml');
    writeFileSync(path, GOOD);
    assert.equal(loadConfig(path).node, 'relay-a');
  });

  it('says which file cannot be read, and why', () => {
    const directoryPath = within(directory, 'directory');
    mkdirSync(directoryPath);
    for (const [path, why] of [
      [within(directory, 'none.yaml'), /none\.yaml:1: expected a readable file, got ENOENT/],
      [directoryPath, /not a regular file/],
      ['/dev/zero', /not a regular file/],
    ] as const) {
      assert.throws(() => loadConfig(path), { code: 'config-unreadable', message: why });
    }
  });
});
