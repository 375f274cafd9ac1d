import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

describe('domain modules', () => {
  const folder = new URL('../../src/domain/', import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    it(`${file} loads by itself and exports only functions and constants`, async () => {
      const module = (await import(new URL(file, folder).href)) as object;
      for (const [name, value] of Object.entries(module)) {
        assert.ok(value !== undefined, name);
      }
    });
  }
});
