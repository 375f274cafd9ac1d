import assert from 'node:assert/strict';

import { startHoldline } from './holdline.js';

describe('a reader that has seen enough', () => {
  for (const command of [
    ['drill', '--help'],
    ['check', '-c', 'gobgp-config/bird/relay-a/holdline.yaml'],
  ]) {
    it(`of holdline ${command[0] ?? ''} is no fault`, async () => {
      const child = startHoldline(...command);
      child.stdout?.destroy();
      const [code, signal] = await new Promise<unknown[]>((resolve) =>
        child.once('exit', (...how) => resolve(how)),
      );
      assert.deepEqual([code, signal], [0, null]);
    });
  }
});
