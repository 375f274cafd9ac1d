import assert from 'node:assert/strict';

import { whatIsMissing } from '../../src/drill/requirements.js';

describe('the programs of the lab', () => {
  it('are asked for in one line that can be run', () => {
    const missing = whatIsMissing(
      { bgp: 'bird', relay: 'rtpengine', store: 'redis', scenario: 'all' },
      '/nowhere',
    );
    assert.match(missing!, /^missing: rtpengine, .*apt-get install .* rtpengine-daemon .* bird2 /);
    assert.doesNotMatch(missing!, /\n/);
  });

  it('include GoBGP only where it is drilled', () => {
    assert.doesNotMatch(
      whatIsMissing(
        { bgp: 'bird', relay: 'rtpengine', store: 'redis', scenario: 'all' },
        '/nowhere',
      )!,
      /gobgpd/,
    );
    assert.match(
      whatIsMissing(
        { bgp: 'gobgp', relay: 'rtpengine', store: 'redis', scenario: 'all' },
        '/nowhere',
      )!,
      /gobgpd/,
    );
  });

  it('include rtpengine only where it is drilled', () => {
    const missing = whatIsMissing(
      { bgp: 'bird', relay: 'holdline', store: 'redis', scenario: 'all' },
      '/nowhere',
    )!;
    assert.doesNotMatch(missing, /rtpengine/);
  });

  it('are those of the store that is drilled, and Valkey is said to be where it is', () => {
    const given = { bgp: 'bird', relay: 'rtpengine', scenario: 'relay-crash' } as const;
    assert.doesNotMatch(whatIsMissing({ ...given, store: 'redis' }, '/nowhere')!, /valkey/i);
    const missing = whatIsMissing({ ...given, store: 'valkey' }, '/nowhere')!;
    assert.doesNotMatch(missing, /redis/);
    assert.match(missing, /Debian 13 .* bookworm-backports\); .* valkey-server valkey-tools/);
  });

  it('are all there on the machine that runs these tests', () => {
    assert.equal(
      whatIsMissing({ bgp: 'gobgp', relay: 'rtpengine', store: 'redis', scenario: 'all' }),
      undefined,
    );
  });
});
