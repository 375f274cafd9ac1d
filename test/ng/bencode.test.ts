import assert from 'node:assert/strict';

import fc from 'fast-check';

import { decodeBencode, encodeBencode, type NgValue } from '../../src/ng/bencode.js';
import { NgError } from '../../src/ng/errors.js';

const { value } = fc.letrec<{ value: NgValue; list: NgValue[]; dict: NgValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    tie('list'),
    tie('dict'),
  ),
  list: fc.array(tie('value'), { maxLength: 5 }),
  dict: fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 2 }), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}));

/** Pieces of bencode, and what looks like one. */
const pieces = fc.array(
  fc.constantFrom('i', 'l', 'd', 'e', ':', '-', '0', '1:a', '7', '99999999999', 'abc'),
  { maxLength: 40 },
);

function resultOf(work: () => NgValue): unknown {
  try {
    return { read: work() };
  } catch (error) {
    assert.ok(error instanceof NgError && error.code === 'malformed', String(error));
    return error.message;
  }
}

/** What is left of it when its dictionaries hold these keys only. */
function pick(from: NgValue, only: ReadonlySet<string>): NgValue {
  if (typeof from !== 'object') {
    return from;
  }
  return Array.isArray(from)
    ? from.map((each: NgValue) => pick(each, only))
    : Object.fromEntries(
        Object.entries(from)
          .filter(([key]) => only.has(key))
          .map(([key, each]) => [key, pick(each, only)]),
      );
}

describe('bencode', () => {
  it('counts the bytes of a text, not its characters', () => {
    assert.equal(encodeBencode({ sdp: 'Zürich' }), 'd3:sdp7:Züriche');
  });

  it('reads back whatever it wrote', () => {
    fc.assert(
      fc.property(value, (each) => {
        assert.deepEqual(decodeBencode(Buffer.from(encodeBencode(each))), each);
      }),
    );
  });

  it('ends with a value or an NgError on any bytes', () => {
    fc.assert(fc.property(pieces, (parts) => void resultOf(() => decodeBencode(bytesOf(parts)))));
  });

  it('reads only the keys that are asked for, at every depth', () => {
    fc.assert(
      fc.property(value, fc.array(fc.string({ unit: 'grapheme', maxLength: 2 })), (each, keys) => {
        const only = new Set(['a', ...keys, ...keysIn(each).slice(0, 2)]);
        const bytes = Buffer.from(encodeBencode(each));
        assert.deepEqual(decodeBencode(bytes, only), pick(each, only));
      }),
    );
  });

  it('refuses what it passes over with the same words', () => {
    const only = new Set(['a']);
    fc.assert(
      fc.property(pieces, (parts) => {
        const inside = bytesOf(['d1:z', ...parts]);
        const whole = resultOf(() => decodeBencode(inside));
        const picked = resultOf(() => decodeBencode(inside, only));
        assert.equal(typeof picked, typeof whole, `${String(whole)}; ${String(picked)}`);
        if (typeof whole === 'string') {
          assert.equal(picked, whole);
        }
      }),
    );
    const deep = bytesOf(['d1:z', 'l'.repeat(60), 'e'.repeat(60), 'e']);
    assert.match(String(resultOf(() => decodeBencode(deep, only))), /nesting of at most 32/);
  });

  for (const [given, text] of [
    ['nothing', ''],
    ['a text that was cut', '5:ab'],
    ['a negative length', '-3:abc'],
    ['a dictionary that was cut', 'd3:abci1e'],
    ['a number without digits', 'ie'],
    ['a minus alone', 'i-e'],
    ['a plus', 'i+1e'],
    ['21 digits', 'i111111111111111111111e'],
    ['a fraction', 'i1.5e'],
    ['something behind the value', 'i1ei2e'],
    ['a key that is a number', 'di1ei2ee'],
    ['lists without end', 'l'.repeat(60_000)],
    ['digits without end', '1'.repeat(60_000)],
  ] as const) {
    it(`refuses ${given}`, () => {
      assert.throws(() => decodeBencode(Buffer.from(text)), { code: 'malformed' });
    });
  }

  it('refuses more than a mebibyte unseen', () => {
    assert.throws(() => decodeBencode(Buffer.alloc(1_048_577)), /at most 1048576 bytes/);
  });

  it('takes a 64-bit counter, rounded as numbers are', () => {
    assert.equal(decodeBencode(Buffer.from('i18446744073709551615e')), 2 ** 64);
  });

  it('keeps a key named __proto__ an ordinary key', () => {
    const dict = decodeBencode(Buffer.from('d9:__proto__d1:ai1eee'));
    assert.deepEqual(Object.getOwnPropertyNames(dict), ['__proto__']);
    assert.equal(Object.getPrototypeOf(dict), Object.prototype);
  });

  it('writes no number that ng cannot carry', () => {
    assert.throws(() => encodeBencode({ ratio: 0.5 }), RangeError);
  });
});

function bytesOf(parts: readonly string[]): Buffer {
  return Buffer.from(parts.join(''));
}

function keysIn(from: NgValue): readonly string[] {
  return typeof from === 'object' && !Array.isArray(from) ? Object.keys(from) : [];
}
