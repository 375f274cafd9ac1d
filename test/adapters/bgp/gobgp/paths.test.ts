import assert from 'node:assert/strict';

import { addPath, pack } from '../../../../src/adapters/bgp/gobgp/interface.js';
import {
  announcement,
  canonicalPrefix,
  prefixOf,
  readPath,
  sameAddress,
} from '../../../../src/adapters/bgp/gobgp/paths.js';

/** AddPath of 10.1.0.1/32, origin IGP, next hop 192.0.2.1, MED 50, community 65535:0, as GoBGP's own files encode it. */
const ADD_PATH =
  '08001aa0020a390a29747970652e676f6f676c65617069732e636f6d2f61706970622e495041646472657373507265' +
  '666978120c0820120831302e312e302e31122f0a29747970652e676f6f676c65617069732e636f6d2f61706970622e' +
  '4f726967696e4174747269627574651202080012390a2a747970652e676f6f676c65617069732e636f6d2f61706970' +
  '622e4e657874486f70417474726962757465120b0a093139322e302e322e3112360a30747970652e676f6f676c6561' +
  '7069732e636f6d2f61706970622e4d756c746945786974446973634174747269627574651202083212390a2e747970' +
  '652e676f6f676c65617069732e636f6d2f61706970622e436f6d6d756e697469657341747472696275746512070a05' +
  '8080fcff0f4a0408011001';

const ATTRIBUTES = { prepends: 0, med: 50, localPref: undefined, communities: ['65535:0'] };

describe('a path of GoBGP', () => {
  it("is encoded as GoBGP's own interface files do it, but for defaults spelled out", () => {
    const path = announcement({
      prefix: '10.1.0.1/32',
      attributes: ATTRIBUTES,
      localAs: 65101,
      nextHop: '192.0.2.1',
    });
    const encoded = addPath(path).bytes.toString('hex');
    assert.equal(withoutLength(encoded).replace('28004a', '4a'), withoutLength(ADD_PATH));
  });

  it('is read back as it was made', () => {
    const attributes = { prepends: 3, med: 200, localPref: 180, communities: ['65535:0', '1:2'] };
    const path = announcement({
      prefix: '2001:db8::1/128',
      attributes,
      localAs: 4_200_000_000,
      nextHop: '2001:db8::2',
    });
    assert.deepEqual(readPath({ ...path, sourceId: '', neighborIp: '<nil>' }), {
      local: true,
      deletable: true,
      asPath: [4_200_000_000, 4_200_000_000, 4_200_000_000],
      med: 200,
      localPref: 180,
      communities: ['65535:0', '1:2'],
      nextHop: '2001:db8::2',
    });
  });

  it('has a prefix of ours only where it is one', () => {
    const path = { sourceId: '', neighborIp: '', pattrs: [], isWithdraw: false, family: null };
    const prefixOfNlri = (prefix: string, prefixLen: number): string | undefined =>
      prefixOf({ ...path, nlri: pack('IPAddressPrefix', { prefix, prefixLen }) });
    assert.equal(prefixOfNlri('2001:DB8::1', 128), '2001:db8::1/128');
    assert.equal(prefixOfNlri('0.0.0.0', 0), '0.0.0.0/0');
    assert.equal(prefixOfNlri('', 0), undefined);
    assert.equal(prefixOfNlri('10.1.0.1', 99), undefined);
  });

  it('compares addresses and prefixes by what they mean', () => {
    assert.equal(canonicalPrefix('2001:DB8:0:0::1/128'), '2001:db8::1/128');
    assert.equal(sameAddress('2001:db8:0::2', '2001:DB8::2'), true);
    assert.equal(sameAddress('10.0.1.1', '10.0.1.2'), false);
    assert.equal(sameAddress('<nil>', '<nil>'), false);
  });
});

/** The path's own length changes with the default that is spelled out. */
function withoutLength(encoded: string): string {
  return encoded.replace(/^08001a..../, '');
}
