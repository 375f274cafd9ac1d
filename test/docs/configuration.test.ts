import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { effective } from '../../src/config/effective.js';
import { parseConfig } from '../../src/config/load.js';
import { problems } from '../config/sample.js';

const PAGE = readFileSync('docs/configuration.md', 'utf8');
const EXAMPLE = /```yaml\n([^]*?)```/.exec(PAGE)?.[1] ?? '';

describe('docs/configuration.md', () => {
  it('shows a file that loads, and spells out every default in it as it is', () => {
    const config = parseConfig(EXAMPLE, 'docs/configuration.md');
    const spare = EXAMPLE.replace(
      /^budget: .*\n|^ {2}(ping|canary): .*\n|^ {2}(database|max-lag|rank-by|escalate): .*\n/gm,
      '',
    ).replace(/^(failback|status|control|state|journal|log|on-stop|on-death): .*\n/gm, '');
    assert.deepEqual(parseConfig(spare, 'spare.yaml'), config);
  });

  it('has a row or words for every key that a configuration can hold', () => {
    const keys = [...new Set(keysOf(effective(parseConfig(EXAMPLE, 'docs/configuration.md'))))];
    const missing = keys.filter((key) => !new RegExp(`\`[^\`]*\\b${key}\\b[^\`]*\``).test(PAGE));
    assert.deepEqual(missing, []);
  });

  it('names the keys that are not in this version, and they are refused with those words', () => {
    for (const [path, text] of [
      ['bgp.frr', EXAMPLE.replace('bgp:\n', 'bgp:\n  frr: {}\n')],
      ['evidence-age', `${EXAMPLE}evidence-age: x\n`],
    ] as const) {
      assert.ok(PAGE.includes(`\`${path}\``), path);
      const refused = problems(text).map((problem) => [problem.path.join('.'), problem.expected]);
      assert.equal(refused[0]?.[0], path);
      assert.match(refused[0][1] ?? '', /not in this version of Holdline yet/);
    }
  });
});

function keysOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Array.isArray(value)
    ? value.flatMap(keysOf)
    : Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}
