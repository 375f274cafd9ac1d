import assert from 'node:assert/strict';

import { whatIsMissing } from '../../src/drill/requirements.js';

describe('the programs of the lab', () => {
  it('are asked for in one line that can be run', () => {
    const missing = whatIsMissing({ bgp: 'bird', relay: 'rtpengine', scenario: 'all' }, '/nowhere');
    assert.match(missing!, /^missing: rtpengine, .*apt-get install .* rtpengine-daemon .* bird2 /);
    assert.doesNotMatch(missing!, /\n/);
  });

  it('include GoBGP only where it is drilled', () => {
    assert.doesNotMatch(
      whatIsMissing({ bgp: 'bird', relay: 'rtpengine', scenario: 'all' }, '/nowhere')!,
      /gobgpd/,
    );
    assert.match(
      whatIsMissing({ bgp: 'gobgp', relay: 'rtpengine', scenario: 'all' }, '/nowhere')!,
      /gobgpd/,
    );
  });

  it('include rtpengine only where it is drilled', () => {
    const missing = whatIsMissing({ bgp: 'bird', relay: 'holdline', scenario: 'all' }, '/nowhere')!;
    assert.doesNotMatch(missing, /rtpengine/);
  });

  it('are all there on the machine that runs these tests', () => {
    assert.equal(whatIsMissing({ bgp: 'gobgp', relay: 'rtpengine', scenario: 'all' }), undefined);
  });
});
