import assert from 'node:assert/strict';

import fc from 'fast-check';

import { Cookies } from '../../src/ng/cookies.js';

describe('the cookies of an ng client', () => {
  const cookies = new Cookies();
  const stamp = (number: number): string => cookies.stamp(number, Buffer.from('de')).toString();

  it('stand before the dictionary, and are a prefix of their own and the number', () => {
    const [, prefix = ''] = /^([0-9a-f]{12})1 de$/.exec(stamp(1)) ?? [];
    assert.notEqual(prefix, '');
    assert.deepEqual(
      [9, 10, 99, 100, 1_000_000].map(stamp),
      ['9', '10', '99', '100', '1000000'].map((number) => `${prefix}${number} de`),
    );
    assert.notEqual(stamp(1), new Cookies().stamp(1, Buffer.from('de')).toString());
  });

  it('are read as they were written, whatever stands behind them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        fc.uint8Array(),
        (number, dict) => {
          const datagram = cookies.stamp(number, dict);
          assert.equal(cookies.read(datagram), number);
          assert.deepEqual([...datagram.subarray(cookies.lengthOf(number))], [...dict]);
        },
      ),
    );
  });

  it('are told from all that another may have sent', () => {
    const prefix = stamp(1).slice(0, 12);
    const others = ['', '5', 'x 5', prefix, `${prefix} `, `${prefix}5`, `${prefix}05 `];
    others.push(`${prefix}0 `, `${prefix}5x `, `${prefix}-5 `, ` ${prefix}5 `);
    others.push(`${prefix}${'9'.repeat(16)} `, `${prefix}${'9'.repeat(99)}`);
    assert.deepEqual(
      others.filter((text) => cookies.read(Buffer.from(text)) !== undefined),
      [],
    );
    assert.equal(cookies.read(new Cookies().stamp(5, Buffer.from('de'))), undefined);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => cookies.read(bytes) === undefined));
  });
});
