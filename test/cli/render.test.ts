import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { changed, GOOD } from '../config/sample.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { holdline } from './holdline.js';

const RENDERABLE = changed(
  '[10.0.1.1]',
  '[{ address: 10.0.1.1, as: 65000 }]\n  router-id: 10.0.1.2\n' +
    '  next-hop: { ipv4: 10.0.1.2, ipv6: "2001:db8::2" }',
);

describe('holdline render', () => {
  const directory = temporaryDirectory();
  const file = within(directory, 'holdline.yaml');
  after(() => directory.remove());

  for (const { daemon, shows } of [
    { daemon: 'bird', shows: /protocol static holdline_a_r0/ },
    { daemon: 'gobgp', shows: /^\[global\.config\]/m },
  ]) {
    it(`prints the whole configuration of ${daemon}`, async () => {
      writeFileSync(file, RENDERABLE);
      const { code, out } = await holdline('render', daemon, '-c', file);
      assert.equal(code, 0);
      assert.match(out, shows);
    });

    it(`says what ${daemon} needs and the file leaves out, and ends with 2`, async () => {
      writeFileSync(file, GOOD);
      const { code, out, err } = await holdline('render', daemon, '-c', file);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /^bgp\..*expected/);
      assert.doesNotMatch(err, / {4}at /);
    });
  }
});
