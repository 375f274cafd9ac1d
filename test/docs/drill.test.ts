import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { listScenarios } from '../../src/drill/index.js';

describe('docs/drill.md', () => {
  it('has a row for every scenario, in their order, and no other', () => {
    const text = readFileSync(new URL('../../../docs/drill.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    assert.deepEqual(
      rows,
      listScenarios().map(({ name }) => name),
    );
  });
});
