import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { whatIsMissing } from '../../src/drill/requirements.js';

describe('scripts/packages.sh', () => {
  it('installs every package that the drill asks for', () => {
    const script = readFileSync('scripts/packages.sh', 'utf8');
    const asked = /--no-install-recommends (.*)$/.exec(
      whatIsMissing(
        { bgp: 'gobgp', relay: 'rtpengine', store: 'redis', scenario: 'all' },
        '/nowhere',
      ) ?? '',
    );
    const packages = asked?.[1]?.split(' ') ?? [];
    assert.ok(packages.length > 0);
    assert.deepEqual(
      packages.filter((each) => !script.includes(`:${each}`)),
      [],
    );
  });
});
