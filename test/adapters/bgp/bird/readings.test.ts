import assert from 'node:assert/strict';

import {
  readBfdSessions,
  readBgpProtocols,
  readProtocols,
  readRoute,
  readSessionState,
  readStaticPrefixes,
  readStatus,
} from '../../../../src/adapters/bgp/bird/readings.js';
import { ReplyReader, type Reply } from '../../../../src/adapters/bgp/bird/reply-reader.js';

/** Texts as BIRD 2.0.12 sent them. */
describe("reading BIRD's answers", () => {
  it('finds the times of start and reconfiguration', () => {
    const reply = replyOf(
      '1000-BIRD 2.0.12',
      '1011-Router ID is 10.0.1.2',
      ' Last reboot on 2026-11-22 11:39:46.247',
      ' Last reconfiguration on 2026-11-22 11:41:00.001',
      '0013 Daemon is up and running',
    );
    assert.deepEqual(readStatus(reply), {
      rebootedAt: '2026-11-22 11:39:46.247',
      reconfiguredAt: '2026-11-22 11:41:00.001',
    });
  });

  it('says what it expected when the times are missing', () => {
    assert.throws(() => readStatus(replyOf('0013 Daemon is up and running')), {
      code: 'reply-unexpected',
      message: /expected BIRD's times of reboot and reconfiguration, got `Daemon is up/,
    });
  });

  it('reads rows whose names are longer than their column', () => {
    const rows = readProtocols(
      replyOf(
        '2002-Name       Proto      Table      State  Since         Info',
        '1002-device1    Device     ---        up     11:39:46.247  ',
        ' holdline_a_r0_v6 Static     master6    down   11:39:46.247  ',
        '0000 ',
      ),
    );
    assert.deepEqual(
      rows.map(({ name, kind, state }) => [name, kind, state]),
      [
        ['device1', 'Device', 'up'],
        ['holdline_a_r0_v6', 'Static', 'down'],
      ],
    );
  });

  it('finds no rows when no protocol has such a name', () => {
    assert.deepEqual(readProtocols(replyOf('8003 No protocols match')), []);
  });

  const sessions = [
    { row: 'up1 BGP --- up 11:39:47.165 Established   ', state: 'established' },
    { row: 'up1 BGP --- up 2026-11-22 11:39:47 Established', state: 'established' },
    { row: 'up1 BGP --- start 11:39 Active        Socket: Connection refused', state: 'active' },
    { row: 'up1 BGP --- start 11:39 Passive', state: 'active' },
    { row: 'up1 BGP --- start 11:39 Connect', state: 'connect' },
    { row: 'up1 BGP --- start 11:39 OpenSent', state: 'open-sent' },
    { row: 'up1 BGP --- start 11:39 OpenConfirm', state: 'open-confirm' },
    { row: 'up1 BGP --- start 11:39 Idle          BGP Error: Hold timer expired', state: 'idle' },
    { row: 'up1 BGP --- stop 11:39 Close', state: 'idle' },
    { row: 'up1 BGP --- down 11:39', state: 'idle' },
    { row: 'up1 BGP --- start 11:39', state: 'unknown' },
  ];
  for (const { row, state } of sessions) {
    it(`reads \`${row}\` as ${state}`, () => {
      const [protocol] = readProtocols(replyOf(`1002-${row}`, '0000 '));
      assert.equal(readSessionState(protocol!), state);
    });
  }

  it('finds the BGP protocols with their neighbours among all protocols', () => {
    const reply = replyOf(
      '2002-Name       Proto      Table      State  Since         Info',
      '1002-device1    Device     ---        up     11:39:46.247  ',
      '1006-',
      '1002-up1        BGP        ---        up     11:39:47.165  Established   ',
      '1006-  BGP state:          Established',
      '     Neighbor address: 10.0.1.1',
      '     Neighbor AS:      65000',
      '     Local AS:         65101',
      '   Channel ipv4',
      '     State:          UP',
      '   Channel ipv6',
      '1002-inner      BGP        ---        start  11:39:47.165  Active        ',
      '1006-  BGP state:          Active',
      '     Neighbor address: 2001:db8::1',
      '     Neighbor AS:      65101',
      '     Local AS:         65101',
      '   Channel ipv6',
      '0000 ',
    );
    assert.deepEqual(readBgpProtocols(reply), [
      {
        name: 'up1',
        neighbour: '10.0.1.1',
        localAs: 65101,
        external: true,
        families: ['ipv4', 'ipv6'],
        message: undefined,
      },
      {
        name: 'inner',
        neighbour: '2001:db8::1',
        localAs: 65101,
        external: false,
        families: ['ipv6'],
        message: undefined,
      },
    ]);
  });

  it('finds the comment of whoever took a session down', () => {
    const reply = replyOf(
      '1002-neighbour_1 BGP        ---        down   14:36:20.529  ',
      '1006-  Message:        holdline: the relay is dead',
      '   BGP state:          Down',
      '     Neighbor address: 10.0.1.1',
      '     Neighbor AS:      65000',
      '     Local AS:         65101',
      '   Channel ipv4',
      '0000 ',
    );
    assert.equal(readBgpProtocols(reply)[0]?.message, 'holdline: the relay is dead');
  });

  it('reads BFD sessions, and none from a BIRD without BFD', () => {
    const reply = replyOf(
      '1020-bfd1:',
      ' IP address                Interface  State      Since         Interval  Timeout',
      ' 10.0.1.1                  cable      Up         12:03:21.010    0.050    0.150',
      ' fe80::1                   cable      Down       12:03:21.010    1.000    0.000',
      '0000 ',
    );
    assert.deepEqual(
      [...readBfdSessions(reply)],
      [
        ['10.0.1.1', 'up'],
        ['fe80::1', 'down'],
      ],
    );
    assert.equal(readBfdSessions(replyOf('9001 There is no BFD protocol running')).size, 0);
  });

  it('tells a static protocol without routes from one that is not there', () => {
    assert.deepEqual(readStaticPrefixes(replyOf('0000 ')), []);
    assert.deepEqual(
      readStaticPrefixes(
        replyOf('1009-10.99.0.1/32\tblackhole', ' 10.99.0.3/32\tblackhole', '0000 '),
      ),
      ['10.99.0.1/32', '10.99.0.3/32'],
    );
    assert.equal(readStaticPrefixes(replyOf('9001 syntax error')), undefined);
  });

  it('reads the attributes of a route', () => {
    const reply = replyOf(
      '1007-Table export:',
      ' 10.99.0.1/32         blackhole [holdline_a_r2 11:39:52.861] * (180)',
      '1008-\tType: static univ',
      '1012-\tBGP.as_path: 65101 65101',
      ' \tBGP.med: 200',
      ' \tBGP.local_pref: 180',
      ' \tBGP.community: (65535,0) (65101,7)',
      '0000 ',
    );
    assert.deepEqual(readRoute(reply, '10.99.0.1/32'), {
      asPath: [65101, 65101],
      communities: ['65535:0', '65101:7'],
      med: 200,
      localPref: 180,
    });
  });

  it('reads a route without attributes, and no route', () => {
    const bare = replyOf(
      '1007-Table export:',
      ' 10.99.0.1/32         blackhole [holdline_a_r0 11:39:52.861] * (200)',
      '0000 ',
    );
    assert.deepEqual(readRoute(bare, '10.99.0.1/32'), {
      asPath: [],
      communities: [],
      med: undefined,
      localPref: undefined,
    });
    assert.equal(readRoute(replyOf('8001 Network not found'), '10.99.0.1/32'), undefined);
    assert.equal(readRoute(replyOf('0000 '), '10.99.0.1/32'), undefined);
  });
});

function replyOf(...lines: readonly string[]): Reply {
  const [reply] = new ReplyReader().read(`${lines.join('\n')}\n`);
  return reply!;
}
