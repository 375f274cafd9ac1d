// Whatever stands in the file, it is either a configuration or a list of problems.

import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseConfig } from '../../src/config/load.js';
import { ConfigError } from '../../src/yaml/problem.js';
import { GOOD, refusal } from './sample.js';

const RUNS = 300;
const NOISE = Array.from(':-{}[]"\'#&*!|>%@`,\n\t ~0');

describe('any text at all', () => {
  it('is taken or refused with problems, never with another fault', () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(GOOD.length),
        cut: fc.nat(20),
        put: fc.string({ unit: fc.constantFrom(...NOISE), maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(fc.property(edits, takesOrRefuses), { numRuns: RUNS });
  });

  it('is refused when it is nested deeper than anybody can mean', () => {
    for (const text of ['['.repeat(20_000), '{a: '.repeat(20_000), '- '.repeat(20_000)]) {
      assert.equal(refusal(text).code, 'config-not-yaml');
    }
  });

  it('is refused with fifty problems at most', () => {
    const { message, problems } = refusal(
      Array.from({ length: 60 }, (_, n) => `k${n}: 1`).join('\n'),
    );
    assert.ok(problems.length > 60);
    assert.equal(message.split('\n').length, 51);
    assert.match(message, /: and \d+ more problems$/);
  });
});

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

function takesOrRefuses(edits: readonly Edit[]): void {
  const text = edits.reduce(
    (edited, { at, cut, put }) => edited.slice(0, at) + put + edited.slice(at + cut),
    GOOD,
  );
  try {
    parseConfig(text, 'holdline.yaml');
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(error.problems.length > 0);
    assert.ok(error.problems.every(({ line }) => line >= 1));
  }
}
