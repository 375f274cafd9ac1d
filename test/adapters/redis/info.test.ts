import assert from 'node:assert/strict';

import {
  databaseSizes,
  parseInfo,
  primaryState,
  replicaState,
} from '../../../src/adapters/redis/info.js';

const info = (...lines: string[]): ReturnType<typeof parseInfo> =>
  parseInfo(['# Replication', ...lines, ''].join('\r\n'));

describe('INFO replication', () => {
  const OFFSETS = ['slave_repl_offset:7', 'master_repl_offset:9'];

  for (const [given, lines, state] of [
    ['a primary', ['role:master', ...OFFSETS], { link: 'primary', offsetBytes: 9 }],
    [
      'a replica with its link up',
      ['role:slave', 'master_link_status:up', 'master_sync_in_progress:0', ...OFFSETS],
      { link: 'up', offsetBytes: 7 },
    ],
    [
      'a replica that is being synchronised',
      ['role:slave', 'master_link_status:down', 'master_sync_in_progress:1', ...OFFSETS],
      { link: 'syncing', offsetBytes: -1 },
    ],
    [
      'a replica without its primary',
      ['role:slave', 'master_link_status:down', 'master_sync_in_progress:0', ...OFFSETS],
      { link: 'down', offsetBytes: -1 },
    ],
  ] as const) {
    it(`tells ${given}`, () => assert.deepEqual(replicaState(info(...lines)), state));
  }

  it('takes the offset that belongs to the role', () => {
    const primary = primaryState(info('role:master', ...OFFSETS));
    assert.deepEqual(primary, { role: 'primary', offsetBytes: 9 });
    const replica = primaryState(info('role:slave', ...OFFSETS));
    assert.deepEqual(replica, { role: 'replica', offsetBytes: 7 });
  });

  for (const [given, lines, message] of [
    ['no role', [], /expected role master or slave, got none/],
    ['a sentinel', ['role:sentinel'], /got sentinel/],
    ['no offset', ['role:master'], /master_repl_offset: expected a number, got none/],
    ['an odd offset', ['role:master', 'master_repl_offset:1e3'], /expected a number, got 1e3/],
  ] as const) {
    it(`refuses ${given}`, () => assert.throws(() => primaryState(info(...lines)), message));
  }
});

describe('INFO keyspace', () => {
  it('counts the keys of the databases that are asked for, 0 where none is listed', () => {
    const keyspace = info('db1:keys=3,expires=3,avg_ttl=1', 'db11:keys=9,expires=0,avg_ttl=0');
    assert.deepEqual(databaseSizes(keyspace, [1, 2]), { 1: 3, 2: 0 });
  });

  it('refuses a line without a count', () => {
    assert.throws(
      () => databaseSizes(info('db1:expires=3'), [1]),
      /keys of db1: expected a number/,
    );
  });
});

describe('INFO of Valkey 8', () => {
  const PRIMARY = [
    'role:master',
    'connected_slaves:1',
    'slave0:ip=10.0.1.2,port=6379,state=online,offset=1066,lag=0,type=replica',
    'replicas_waiting_psync:0',
    'master_failover_state:no-failover',
    'master_replid:8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb',
    'master_repl_offset:1066',
    'replicas_repl_buffer_size:0',
    'replicas_repl_buffer_peak:0',
  ];
  const REPLICA = [
    'role:slave',
    'master_host:10.0.3.2',
    'master_link_status:up',
    'master_sync_in_progress:0',
    'slave_read_repl_offset:1066',
    'slave_repl_offset:1066',
    'slave_priority:100',
    'replicas_repl_buffer_size:0',
    'master_repl_offset:1066',
  ];

  it('is read like that of Redis', () => {
    assert.deepEqual(primaryState(info(...PRIMARY)), { role: 'primary', offsetBytes: 1_066 });
    assert.deepEqual(replicaState(info(...REPLICA)), { link: 'up', offsetBytes: 1_066 });
    const keyspace = info('db1:keys=3,expires=3,avg_ttl=86399000,keys_with_volatile_items=0');
    assert.deepEqual(databaseSizes(keyspace, [1, 2]), { 1: 3, 2: 0 });
  });
});
