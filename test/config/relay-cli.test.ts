import assert from 'node:assert/strict';

import { parseConfig } from '../../src/config/load.js';
import { changed, complaints } from './sample.js';

describe('relay.cli', () => {
  const ng = changed('kind: rtpengine', 'kind: ng\n  cli: tcp://127.0.0.1:9900');

  it('is taken for a relay that speaks ng', () => {
    assert.equal(parseConfig(ng, 'holdline.yaml').relay.cli?.port, 9_900);
  });

  it('is refused for any other, which lists no sessions', () => {
    const tcp = ng.replace('kind: ng', 'kind: tcp').replace('ng: udp', 'tcp: tcp');
    assert.match(
      complaints(tcp)[0] ?? '',
      /relay\.cli: expected no such key, as relay\.kind is tcp/,
    );
  });
});
