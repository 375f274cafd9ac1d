import assert from 'node:assert/strict';

import fc from 'fast-check';

import {
  BadWordError,
  parseAnswer,
  parseQuestion,
  parseWord,
} from '../../../src/adapters/redis/word-codec.js';
import { sampleWord } from '../../support/sample-word.js';

const WORD = { sequence: 7, ...sampleWord({ capacity: 18_000 }) };

describe('a word of a peer', () => {
  it('is read as it was written', () => {
    assert.deepEqual(parseWord(JSON.stringify(WORD)), WORD);
  });

  it('may have fields of a later version, and none of what is not known', () => {
    const later = { ...WORD, mood: 'sunny', vips: [{ name: 'a', rank: 0, colour: 'red' }] };
    assert.deepEqual(parseWord(JSON.stringify(later)), {
      ...WORD,
      vips: [{ name: 'a', rank: 0, of: undefined }],
    });
    const absent = { sessions: undefined, lagMs: undefined, capacity: undefined, well: undefined };
    const spare = { ...WORD, ...absent };
    const read = parseWord(JSON.stringify(spare));
    assert.deepEqual(
      [read.sessions, read.lagMs, read.capacity, read.well],
      [undefined, undefined, undefined, undefined],
    );
  });

  for (const [given, changes] of [
    ['no sequence', { sequence: undefined }],
    ['half a sequence', { sequence: 1.5 }],
    ['a negative sequence', { sequence: -1 }],
    ['a sequence beyond counting', { sequence: 2 ** 60 }],
    ['a relay that dances', { relay: 'dancing' }],
    ['no relay', { relay: null }],
    ['an endless version', { version: 'x'.repeat(65) }],
    ['a version that paints on terminals', { version: '\u001b[31m' }],
    ['VIPs that are no list', { vips: {} }],
    ['VIPs that are no objects', { vips: ['a'] }],
    ['too many VIPs', { vips: Array.from({ length: 65 }, () => ({ name: 'a', rank: 0 })) }],
    ['a rank in words', { vips: [{ name: 'a', rank: 'best' }] }],
    ['a home that is no node', { vips: [{ name: 'a', rank: 1, of: '../etc' }] }],
    ['sessions that are no counts', { sessions: { own: '12', foreign: 0 } }],
    ['a lag before its time', { lagMs: -0.1 }],
    ['a flag that is a text', { drained: 'true' }],
    ['no flag', { frozen: undefined }],
    ['a capacity without end', { capacity: null }],
    ['canaries that are a list', { canaries: [true] }],
    ['a canary that may be', { canaries: { 'relay-a': 'maybe' } }],
    [
      'too many missing',
      { missing: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, 0])) },
    ],
    ['a missing count that is none', { missing: { a: -1 } }],
    ['a well that is not said', { well: 1 }],
  ] as const) {
    it(`with ${given} is none`, () => {
      assert.throws(() => parseWord(JSON.stringify({ ...WORD, ...changes })), BadWordError);
    });
  }

  for (const [given, text] of [
    ['nothing', ''],
    ['no JSON', 'relay-a is well'],
    ['half of one', JSON.stringify(WORD).slice(0, 40)],
    ['a list', '[]'],
    ['null', 'null'],
    ['17 kB', JSON.stringify({ ...WORD, padding: 'x'.repeat(17_000) })],
  ] as const) {
    it(`is not ${given}`, () => {
      assert.throws(() => parseWord(text), BadWordError);
    });
  }

  it('is read or refused, whatever it is, and no other error comes of it', () => {
    const fields = Object.fromEntries(
      Object.entries(WORD).map(([key, value]) => [
        key,
        fc.oneof(fc.constant(value), fc.jsonValue()),
      ]),
    );
    fc.assert(
      fc.property(fc.oneof(fc.record(fields), fc.jsonValue()), (value) => {
        try {
          parseWord(JSON.stringify(value));
        } catch (error) {
          assert.ok(error instanceof BadWordError, String(error));
          assert.ok(error.message.length < 400);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('questions and answers among peers', () => {
  it('are read as they were written', () => {
    const question = { from: 'relay-b', number: 4 };
    assert.deepEqual(parseQuestion(JSON.stringify(question)), question);
    const answer = { ...question, word: WORD };
    assert.deepEqual(parseAnswer(JSON.stringify(answer)), answer);
  });

  for (const [given, text] of [
    ['nobody asks', '{"number":1}'],
    ['whoever asks is no node', '{"from":"a b","number":1}'],
    ['there is no number', '{"from":"relay-b"}'],
  ] as const) {
    it(`are none when ${given}`, () => {
      assert.throws(() => parseQuestion(text), BadWordError);
      assert.throws(() => parseAnswer(text), BadWordError);
    });
  }

  it('are none when the word is none', () => {
    const text = JSON.stringify({ from: 'relay-b', number: 1, word: { ...WORD, relay: 'x' } });
    assert.throws(() => parseAnswer(text), BadWordError);
  });
});
