import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { GAUGES } from '../../src/api/gauges/all.js';
import { EXIT } from '../../src/cli/exit.js';

const ROWS = readFileSync('docs/operating.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/operating.md', () => {
  it('lists every metric with its labels, in the words of the code, and no other', () => {
    const documented = ROWS.filter(([, name]) => name?.startsWith('`holdline_')).map(
      ([, name, labels, help]) => [name, labels, help],
    );
    assert.deepEqual(
      documented,
      GAUGES.map(({ name, labels = [], help }) => [
        `\`${name}\``,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
      ]),
    );
  });

  it('lists every exit code', () => {
    const documented = ROWS.map(([, code]) => Number(code)).filter(Number.isInteger);
    assert.deepEqual(documented, Object.values(EXIT));
  });
});
