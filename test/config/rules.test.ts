import assert from 'node:assert/strict';

import { parseConfig } from '../../src/config/load.js';
import { changed, complaints, GOOD } from './sample.js';

interface Case {
  readonly given: string;
  readonly from: string;
  readonly to: string;
  readonly says: RegExp;
}

const BIRD = 'bird: { socket: /run/bird/bird.ctl }';
const GOBGP = 'gobgp: { address: "unix:///run/gobgp/api.sock" }';

const REFUSED: readonly Case[] = [
  {
    given: 'a relay kind without its target',
    from: 'ng: udp://127.0.0.1:2223',
    to: '',
    says: /^2: relay\.ng: expected a value, as relay\.kind is rtpengine, got nothing$/,
  },
  {
    given: 'a target of another relay kind',
    from: '  hold-open',
    to: '  url: http://127.0.0.1:80/ping\n  hold-open',
    says: /^5: relay\.url: expected no such key, as a relay of kind rtpengine is looked at through `ng`/,
  },
  {
    given: 'two VIPs of one name',
    from: 'name: b',
    to: 'name: a',
    says: /^12: vips\[1\]\.name: expected a name that no other VIP has, got a again$/,
  },
  {
    given: 'one prefix twice',
    from: '[10.99.0.2/32]',
    to: '[10.99.0.2/32, 10.99.0.1/32]',
    says: /^13: vips\[1\]\.prefixes\[1\]: expected .* nowhere else, got 10\.99\.0\.1\/32 again$/,
  },
  {
    given: 'one IPv6 prefix twice, spelled differently',
    from: '[10.99.0.2/32]',
    to: '["2001:0DB8:99:0::0001/128"]',
    says: /got 2001:db8:99::1\/128 again$/,
  },
  {
    given: 'one database for two VIPs',
    from: 'database: 2',
    to: 'database: 1',
    says: /^16: vips\[1\]\.database: expected a database that no other VIP uses, got 1 again$/,
  },
  {
    given: 'a VIP without a database',
    from: '    database: 2\n',
    to: '',
    says: /^12: vips\[1\]\.database: expected the Redis database of this VIP's sessions, got nothing$/,
  },
  {
    given: "Holdline's own database for a VIP",
    from: 'database: 2',
    to: 'database: 15',
    says: /^17: redis\.database: .*got 15, where the sessions of VIP b are$/,
  },
  {
    given: 'a name of the primary without Sentinels',
    from: 'primary: redis://127.0.0.1:6379',
    to: 'primary: redis://127.0.0.1:6379\n  name: relays',
    says: /^19: redis\.name: expected no such key without `sentinels`, got "relays"$/,
  },
  {
    given: 'Sentinels without the name of the primary',
    from: 'primary: redis://127.0.0.1:6379',
    to: 'sentinels: [redis://127.0.0.1:26379]',
    says: /^17: redis\.name: expected the name that Sentinel knows the primary by, got nothing$/,
  },
  {
    given: 'an address of the primary beside Sentinels',
    from: 'primary: redis://127.0.0.1:6379',
    to: 'sentinels: [redis://127.0.0.1:26379]\n  name: r\n  primary: { url: redis://127.0.0.1:6379 }',
    says: /^20: redis\.primary\.url: expected no such key: Sentinel says where the primary is/,
  },
  {
    given: 'TLS settings for a server that is spoken to in the clear',
    from: 'primary: redis://127.0.0.1:6379',
    to: 'primary: { url: redis://127.0.0.1:6379, tls: { ca: /ca.crt } }',
    says: /^18: redis\.primary\.tls: expected no such key, as `url` is not rediss:\/\//,
  },
  {
    given: 'a certificate without its key',
    from: 'primary: redis://127.0.0.1:6379',
    to: 'primary: { url: rediss://127.0.0.1:6379, tls: { cert: /holdline.crt } }',
    says: /^18: redis\.primary\.tls: expected cert and key, or neither, got one of them$/,
  },
  {
    given: 'a standby of itself',
    from: 'of: relay-b',
    to: 'of: relay-a',
    says: /^15: vips\[1\]\.of: expected another node than this one, got relay-a$/,
  },
  {
    given: 'a standby of nobody',
    from: '    of: relay-b\n',
    to: '',
    says: /^12: vips\[1\]\.of: expected the node that is home, as the role is standby, got nothing$/,
  },
  {
    given: 'a home with an order',
    from: 'role: home',
    to: 'role: home\n    order: 1',
    says: /^11: vips\[0\]\.order: expected no such key, as the role is home, got 1$/,
  },
  {
    given: 'an order past the number of standbys',
    from: 'of: relay-b',
    to: 'of: relay-b\n    order: 2',
    says: /^16: vips\[1\]\.order: expected at most 1, the number of `standbys`, got 2$/,
  },
  {
    given: 'a longest wait that is shorter than settle',
    from: 'bgp:',
    to: 'failback: { settle: 10s, max-hold: 9s }\nbgp:',
    says: /failback\.max-hold: expected at least failback\.settle, 10s, got 9s$/,
  },
  {
    given: 'a driver without its block',
    from: `  ${BIRD}\n`,
    to: '',
    says: /^20: bgp\.bird: expected \{ socket: PATH \}, as bgp\.driver is bird, got nothing$/,
  },
  {
    given: 'a block of another driver',
    from: BIRD,
    to: `${BIRD}\n  ${GOBGP}`,
    says: /^23: bgp\.gobgp: expected no such key, as bgp\.driver is bird, got a mapping$/,
  },
  {
    given: 'GoBGP without a next hop for one family',
    from: `driver: bird\n  ${BIRD}`,
    to: `driver: gobgp\n  ${GOBGP}\n  next-hop: 10.0.1.2`,
    says: /^23: bgp\.next-hop\.ipv6: expected an address, as GoBGP announces 2001:db8:99::1\/128, got nothing$/,
  },
  {
    given: 'a neighbour twice',
    from: '[10.0.1.1]',
    to: '[10.0.1.1, { address: 10.0.1.1 }]',
    says: /^24: bgp\.neighbours\[1\]: .*got 10\.0\.1\.1 again$/,
  },
  {
    given: 'a VIP as router id',
    from: 'local-as:',
    to: 'router-id: 10.99.0.2\n  local-as:',
    says: /^23: bgp\.router-id: expected an address of one host, got 10\.99\.0\.2, which is VIP b$/,
  },
  {
    given: 'a VIP as next hop',
    from: 'local-as:',
    to: 'next-hop: { ipv6: "2001:db8:99:0::1" }\n  local-as:',
    says: /^23: bgp\.next-hop\.ipv6: .*got 2001:db8:99::1, which is VIP a$/,
  },
  {
    given: 'a VIP as neighbour',
    from: '[10.0.1.1]',
    to: '[10.99.0.1]',
    says: /^24: bgp\.neighbours\[0\]: .*which is VIP a$/,
  },
  {
    given: 'local-pref towards another AS',
    from: '[10.0.1.1]',
    to: '[{ address: 10.0.1.1, as: 65000 }]\n  rank-by: local-pref',
    says: /^24: bgp\.neighbours\[0\]: expected `as: 65101` .* got 10\.0\.1\.1 as 65000$/,
  },
  {
    given: 'local-pref towards nobody knows which AS',
    from: '[10.0.1.1]',
    to: '[10.0.1.1]\n  rank-by: local-pref',
    says: /got 10\.0\.1\.1 without `as`$/,
  },
  {
    given: 'prepends inside the AS',
    from: '[10.0.1.1]',
    to: '[{ address: 10.0.1.1, as: 65101 }]',
    says: /^24: bgp\.neighbours\[0\]: expected a neighbour of another AS: .* dropped as a loop/,
  },
  {
    given: 'an escalation that does not begin with another try',
    from: 'local-as: 65101',
    to: 'local-as: 65101\n  escalate: [disable-neighbour]',
    says: /^24: bgp\.escalate: expected retry first, each stage once, .* got disable-neighbour$/,
  },
  {
    given: 'an escalation whose stages are out of order',
    from: 'local-as: 65101',
    to: 'local-as: 65101\n  stop-command: [x]\n  escalate: [retry, stop-command, disable-neighbour]',
    says: /bgp\.escalate: expected retry first, .* got retry, stop-command, disable-neighbour$/,
  },
  {
    given: 'a stage that runs a command, without the command',
    from: 'local-as: 65101',
    to: 'local-as: 65101\n  escalate: [retry, stop-command]',
    says: /bgp\.stop-command: expected a program .*, as bgp\.escalate names stop-command, got nothing$/,
  },
  {
    given: 'a command that no stage runs',
    from: 'local-as: 65101',
    to: 'local-as: 65101\n  stop-command: [systemctl, kill, bird]',
    says: /bgp\.stop-command: expected no such key, .* got a command that would never be run$/,
  },
];

describe('rules across keys', () => {
  for (const { given, from, to, says } of REFUSED) {
    it(`refuse ${given}`, () => {
      const lines = complaints(changed(from, to));
      assert.match(lines[0] ?? '', says);
      assert.equal(lines.length, 1);
    });
  }

  for (const { kind, target } of [
    { kind: 'ng', target: 'ng: udp://127.0.0.1:2223' },
    { kind: 'http', target: 'url: http://127.0.0.1:8080/ping' },
    { kind: 'tcp', target: 'tcp: tcp://[::1]:5060' },
    { kind: 'exec', target: 'command: [/usr/bin/true, --quick]' },
  ]) {
    it(`take a relay of kind ${kind} with its target`, () => {
      const text = changed('kind: rtpengine', `kind: ${kind}`);
      const config = parseConfig(text.replace('ng: udp://127.0.0.1:2223', target), 'holdline.yaml');
      assert.equal(config.relay.kind, kind);
    });
  }

  it('refuse a canary of a relay that takes no offer over ng, and only when it is asked for', () => {
    const tcp = changed('kind: rtpengine', 'kind: tcp').replace('ng: udp', 'tcp: tcp');
    assert.equal(parseConfig(tcp, 'holdline.yaml').relay.canary.enabled, false);
    const wanted = tcp.replace('vips:', '  canary: { enabled: true }\nvips:');
    assert.deepEqual(complaints(wanted), [
      '7: relay.canary.enabled: expected false, as a relay of kind tcp takes no offer over ng, got true',
    ]);
  });

  it('take local-pref inside the AS', () => {
    const to = '[{ address: 10.0.1.1, as: 65101, bfd: false }]\n  rank-by: local-pref';
    const text = `${changed('[10.0.1.1]', to)}budget: 10s\n`;
    const { bgp } = parseConfig(text, 'holdline.yaml');
    assert.equal(bgp.rankBy, 'local-pref');
    assert.deepEqual(bgp.neighbours, [{ address: '10.0.1.1', as: 65101, bfd: undefined }]);
  });

  it('take GoBGP with a next hop for each family', () => {
    const to = `driver: gobgp\n  ${GOBGP}\n  next-hop: { ipv4: 10.0.1.2, ipv6: "2001:DB8::2" }`;
    const { bgp } = parseConfig(changed(`driver: bird\n  ${BIRD}`, to), 'holdline.yaml');
    assert.deepEqual(bgp.nextHop, { ipv4: '10.0.1.2', ipv6: '2001:db8::2' });
  });

  it('take every stage of an escalation with the command of the last', () => {
    const stages = '[retry, disable-neighbour, stop-command]';
    const to = `local-as: 65101\n  escalate: ${stages}\n  stop-command: [systemctl, kill, -s, KILL, bird]`;
    const { bgp } = parseConfig(changed('local-as: 65101', to), 'holdline.yaml');
    assert.deepEqual(bgp.escalate, ['retry', 'disable-neighbour', 'stop-command']);
    assert.deepEqual(bgp.stopCommand, ['systemctl', 'kill', '-s', 'KILL', 'bird']);
  });

  it('take a second standby of two', () => {
    const to = 'of: relay-b\n    order: 2\n    standbys: 2';
    const { vips } = parseConfig(changed('of: relay-b', to), 'holdline.yaml');
    assert.deepEqual(vips[1]?.role, { kind: 'standby', of: 'relay-b', order: 2, standbys: 2 });
  });
});

describe('the budget', () => {
  // The slowest class of this file: the replica is seen to be gone, and again, act, verify.
  const WORST_MS = 955;

  it('is kept when the worst case just fits', () => {
    const text = `${GOOD}budget: ${WORST_MS}ms\n`;
    assert.equal(parseConfig(text, 'holdline.yaml').budgetMs, WORST_MS);
  });

  it('is refused when the worst case is a millisecond longer, with where the time goes', () => {
    assert.deepEqual(complaints(`${GOOD}budget: ${WORST_MS - 1}ms\n`), [
      '25: budget: expected at least 955ms, the worst case of these settings, got 954ms',
      '    fault              detect decide    act verify  worst',
      '    relay dead             10      5    300    150    465  its connection ends',
      '    relay silent          250      5    300    150    705  4 pings are missed',
      '    VIP missing           350      5    300    150    805  its address is on no interface',
      '    media dead            250      5    300    150    705  4 packets of the canary call are missed',
      '    relay hung            350      5    300    150    805  silent and mute, and a peer answers',
      '    standby unready       500      5    300    150    955  OVER: the replica is gone at two looks',
      '    daemon deaf            10      5    550    150    715  no answer, then disable-neighbour',
      '    withdraw not sent      10      5    550    150    715  still sent, then disable-neighbour',
      "    host dead             150      0     20      0    170  the router's BFD",
    ]);
  });
});
