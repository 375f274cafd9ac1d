import assert from 'node:assert/strict';

import {
  ownersInTurn,
  parseRouteLine,
  type RouteChange,
} from '../../../src/drill/measure/route-changes.js';

const AT = Date.UTC(2026, 10, 22, 12, 1, 20, 880);

describe('a line of the route monitor', () => {
  it('tells to whom the router sends, to the microsecond', () => {
    const line =
      '[2026-11-22T12:01:20.880443] 10.99.0.1 via 10.0.1.2 dev relay-a proto bird metric 32 ';
    const { atMs, ...rest } = parseRouteLine(line)!;
    assert.deepEqual(rest, { vip: 'a', family: 4, owner: 'relay-a' });
    assert.ok(Math.abs(atMs - (AT + 0.443)) < 0.001);
  });

  it('knows IPv6', () => {
    const line =
      '[2026-11-22T12:01:20.880479] 2001:db8:99::2 via fd00:0:0:2::2 dev relay-b proto bird metric 32 pref medium';
    const found = parseRouteLine(line);
    assert.deepEqual([found?.vip, found?.family, found?.owner], ['b', 6, 'relay-b']);
  });

  it('says nobody when the route is gone', () => {
    const line =
      '[2026-11-22T12:01:20.880443] Deleted 10.99.0.1 via 10.0.1.2 dev relay-a proto bird metric 32';
    assert.equal(parseRouteLine(line)?.owner, 'nobody');
  });

  for (const line of [
    '',
    'Option "-tshort" is unknown, try "ip -help".',
    '[2026-11-22T12:01:20.880443] 10.0.1.0/24 dev relay-a proto kernel scope link src 10.0.1.1',
    '[2026-11-22T12:01:20.880443] local 10.99.0.10 dev lo table local proto kernel',
  ]) {
    it(`is passed over when it is about no VIP: "${line.slice(0, 60)}"`, () => {
      assert.equal(parseRouteLine(line), undefined);
    });
  }
});

function change(atMs: number, owner: RouteChange['owner']): RouteChange {
  return { atMs, vip: 'a', family: 6, owner };
}

describe('ownersInTurn', () => {
  it('tells the owners one after another', () => {
    const changes = [change(0, 'relay-b'), change(50, 'relay-a')];
    assert.deepEqual(ownersInTurn(changes, 'relay-a'), ['relay-b', 'relay-a']);
  });

  it('does not repeat an owner whose route was only written again', () => {
    const changes = [change(0, 'relay-a'), change(50, 'relay-a')];
    assert.deepEqual(ownersInTurn(changes, 'relay-a'), []);
  });

  it('takes a delete and an add within 5 ms for a replacement, and not at 5 ms', () => {
    assert.deepEqual(ownersInTurn([change(0, 'nobody'), change(4.9, 'relay-b')], 'relay-a'), [
      'relay-b',
    ]);
    assert.deepEqual(ownersInTurn([change(0, 'nobody'), change(5, 'relay-b')], 'relay-a'), [
      'nobody',
      'relay-b',
    ]);
  });

  it('tells a route that stays away', () => {
    assert.deepEqual(ownersInTurn([change(0, 'nobody')], 'relay-a'), ['nobody']);
  });
});
