import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { REASONS } from '../../src/domain/reasons.js';

describe('docs/reasons.md', () => {
  const page = readFileSync('docs/reasons.md', 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('explains every reason, in the order and the words of the code, and no other', () => {
    const documented = rows.map(([, code, sentence]) => [code?.replaceAll('`', ''), sentence]);
    assert.deepEqual(documented, Object.entries(REASONS));
  });

  it('says of every reason what it does and what to do', () => {
    for (const row of rows) {
      assert.equal(row.length, 6, row.join('|'));
      assert.ok(
        row.slice(1, 5).every((cell) => cell.length > 0),
        row.join('|'),
      );
    }
  });
});
