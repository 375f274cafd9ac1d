import assert from 'node:assert/strict';

import { textPage } from '../../../src/api/text/page.js';
import { sampleView, sampleVip } from '../../support/sample-status-view.js';

describe('the status page as text', () => {
  it('reads so on a good day', () => {
    assert.equal(
      textPage(sampleView()),
      `relay-a: SERVING for 3 h 12 min, since 2026-11-22 08:48:00 UTC
  serving: The relay answers; this host is the home and serves.

vip a
           home, rank 0, seen at the neighbours
           10.99.0.1/32 2001:db8:99::1/128, home here
           serving for 3 h 12 min: The relay answers; this host is the home and
           serves.
           -> 10.99.0.1/32 to 10.0.1.1, path 65101

vip b
           standby-ready, rank 1, seen at the neighbours
           10.99.0.2/32, standby here
           standby-ready for 3 h 12 min: The relay answers and holds the
           sessions of the home.

relay      rtpengine alive, ping 0.3 ms; sessions 1,200 own, 1,801 foreign,
           3,001 in all
canary     heard for 3 h 12 min, 0.2 ms through the relay; that of relay-b held
           here
redis      primary reachable, replica up, lag 2.0 ms (0 bytes); 1,200 keys in
           database 1; 1,801 keys in database 2
call-ids   vip a (home): 1,200 of 1,200 held, compared 12 s ago
           vip b (standby): 1,801 of 1,801 held, compared 12 s ago
peers      relay-b: relay alive, a at rank 1, b at rank 0; sessions 1,801 own,
           1,200 foreign, lag 0.6 ms
bgp        bird up
           10.0.1.1 established, BFD up
at risk    0 of 1,200 calls
capacity   relay-a 3,001 of 18,000 if all came
           relay-b 3,001 of 18,000 if all came
operator   no order stands
last move  none since this sidecar started
holdline   0.1.0, up 3 h 12 min, loop late by 0.4 ms, 1.2 % of a core, 72 MB;
           guarded
`,
    );
  });

  it('puts what is wrong into capitals and keeps to 80 columns on a bad night', () => {
    const page = textPage(
      sampleView({
        verdict: 'down',
        reason: 'relay-dead',
        vips: [
          sampleVip({
            rank: 'withdrawn',
            rankName: 'withdrawn',
            reason: 'relay-dead',
            verified: false,
            risesAt: '2026-11-22T12:00:10.000Z',
            announced: [],
          }),
        ],
        relay: {
          degradedBy: [],
          kind: 'rtpengine',
          state: 'dead',
          pingMs: null,
          missesInARow: 7,
          sessions: null,
          canary: {
            state: 'missed',
            since: '2026-11-22T11:59:57.000Z',
            roundTripMs: 0.2,
            missesInARow: 60,
            detail: 'no packet came out within 50 ms',
          },
          foreignCanaries: [
            { of: 'relay-b', held: false },
            { of: 'relay-c', held: null },
          ],
          dangers: null,
        },
        redis: null,
        bgp: {
          driver: 'bird',
          state: 'up',
          sessions: [
            { neighbour: '10.0.1.1', state: 'idle', bfd: 'down', disabled: 'by-holdline' },
            { neighbour: '10.0.2.1', state: 'idle', bfd: 'down', disabled: 'by-another' },
          ],
          escalation: {
            since: '2026-11-22T11:59:58.000Z',
            stage: 'disable-neighbour',
            begun: [
              { remedy: 'disable-neighbour', at: '2026-11-22T11:59:58.420Z', outcome: 'done' },
            ],
          },
          disabledNeighbours: ['10.0.1.1'],
        },
        peers: [
          { node: 'relay-b', state: 'unknown', heardAt: '2026-11-22T11:59:50.000Z', says: null },
          { node: 'relay-c', state: 'unknown', heardAt: null, says: null },
        ],
        operator: {
          drained: true,
          frozen: false,
          degraded: false,
          by: 'anna',
          why: 'kernel update of the whole rack, ticket 4711, back before the morning peak',
          at: '2026-11-22T11:00:00.000Z',
          until: null,
        },
        lastFailover: {
          at: '2026-11-22T11:59:57.000Z',
          cause: 'relay-dead',
          changes: [{ vip: 'a', from: 0, to: 'withdrawn' }],
          stagesMs: { detected: 1.62, decided: 1.7, commanded: 2.1, verified: null },
          atRiskBefore: { calls: 7, of: 1_200, because: 'the standby says that it lacks them' },
        },
      }),
    );
    assert.match(page, /^relay-a: DOWN /);
    assert.match(page, /7 PINGS MISSED in a row/);
    assert.match(
      page,
      /NOT HEARD for 3 s, 60 packets in a row: no packet came out within 50\s+ms;/,
    );
    assert.match(page, /that of relay-b NOT HELD here; that of relay-c not known/);
    assert.match(page, /NOT SEEN YET/);
    assert.match(page, /10\.0\.1\.1 IDLE, BFD DOWN, TAKEN DOWN by Holdline/);
    assert.match(page, /10\.0\.2\.1 IDLE, BFD DOWN, TAKEN DOWN by somebody/);
    assert.match(page, /WITHDRAW NOT CARRIED OUT for 2 s: tried again, disable-neighbour done/);
    assert.match(page, /may rise at 2026-11-22 12:00:10 UTC/);
    assert.match(page, /DRAINED by anna/);
    assert.match(page, /3 s ago, 2026-11-22 11:59:57 UTC: rank a 0 -> withdrawn/);
    assert.match(page, /commanded 2\.1 ms,\s+NOT YET verified/);
    assert.match(
      oneLine(page),
      /right before: 7 of 1,200 calls: the standby says that it lacks them/,
    );
    assert.match(page, /relay-b UNKNOWN, last heard 10 s ago; that says nothing of its\s+relay/);
    assert.match(page, /relay-c UNKNOWN, nothing heard of it yet/);
    assert.deepEqual(
      page.split('\n').filter((line) => line.length > 80),
      [],
    );
  });

  for (const [beat, says] of [
    ['seen', /replica up, lag 2.0 ms \(0 bytes\); /],
    ['overdue', /BEATS DO NOT COME THROUGH to the replica; /],
    ['unsent', /BEATS ARE NOT TAKEN by the primary; /],
  ] as const) {
    it(`says what holds of a beat that is ${beat}`, () => {
      const { redis } = sampleView();
      assert.ok(redis !== null);
      assert.match(oneLine(textPage(sampleView({ redis: { ...redis, beat } }))), says);
    });
  }

  it('says of a peer what a person ordered there, and what it does not tell', () => {
    const [peer] = sampleView().peers;
    assert.ok(peer?.says);
    const says = { ...peer.says, sessions: null, lagMs: null, drained: true, frozen: true };
    const page = textPage(sampleView({ peers: [{ ...peer, says }] }));
    assert.match(oneLine(page), /b at rank 0, DRAINED, FROZEN; sessions not known, lag not known/);
  });

  it('holds what a home said before a takeover against what was held here', () => {
    const lastTakeover = {
      vip: 'b',
      from: 'relay-b',
      at: '2026-11-22T11:59:57.000Z',
      relay: 'dead',
      callsBefore: 1_801,
      atRiskSaid: 2,
      callsHeld: 1_798,
      callsLost: 3,
    } as const;
    assert.match(
      oneLine(textPage(sampleView({ lastTakeover }))),
      /taken over b from relay-b 3 s ago, its relay dead; of 1,801 calls 2 were .* risk, 1,798 .*, 3 lost/,
    );
    const unknown = { ...lastTakeover, atRiskSaid: null, callsHeld: null, callsLost: null };
    assert.match(oneLine(textPage(sampleView({ lastTakeover: unknown }))), /here, unknown lost/);
  });

  it('warns of a relay that could not carry everything', () => {
    const { capacity } = sampleView();
    assert.ok(capacity?.own);
    const own = { ...capacity.own, ifAllCame: 18_001, overloaded: true, because: 'so' };
    const page = textPage(sampleView({ capacity: { own, standbys: [] } }));
    assert.match(page, /^capacity {3}relay-a 18,001 of 18,000 if all came: TOO MANY$/m);
    assert.match(textPage(sampleView({ capacity: null })), /^capacity {3}not configured here/m);
  });

  it('says so when no peer has ever been heard of', () => {
    assert.match(textPage(sampleView({ peers: [] })), /^peers {6}none heard of$/m);
  });

  for (const [given, canary, says] of [
    ['is kept here', null, 'none kept here'],
    ['has been looked at yet', sampleCanary('unknown'), 'not known'],
    ['stands now', sampleCanary('absent'), 'no call for 1 s: the relay is full'],
  ] as const) {
    it(`says so when no canary ${given}`, () => {
      const { relay } = sampleView();
      const page = textPage(sampleView({ relay: { ...relay, canary, foreignCanaries: [] } }));
      assert.ok(page.includes(`canary     ${says}\n`), page);
    });
  }
});

describe('the status as text, with trouble around the relay', () => {
  const { redis, relay } = sampleView();
  const at = '10.0.3.2:6379';

  function page(changes: Parameters<typeof sampleView>[0]): string {
    return textPage(sampleView(changes)).replaceAll(/\s+/g, ' ');
  }

  it('says what is wrong with each Redis server, and what each Sentinel says', () => {
    const servers = {
      primary: { at, trouble: 'WRONGPASS invalid password' },
      replica: { at: '127.0.0.1:6379', trouble: null },
      sentinels: [
        { at: '10.0.3.11:26379', says: at, trouble: null },
        { at: '10.0.3.12:26379', says: null, trouble: 'connect ECONNREFUSED' },
      ],
    };
    const text = page({ redis: { ...redis!, servers } });
    assert.match(text, /primary 10\.0\.3\.2:6379: WRONGPASS invalid password/);
    assert.doesNotMatch(text, /replica 127\.0\.0\.1:6379/);
    assert.match(text, /Sentinel 10\.0\.3\.11:26379 says that the primary is 10\.0\.3\.2:6379/);
    assert.match(text, /Sentinel 10\.0\.3\.12:26379: connect ECONNREFUSED/);
  });

  it('says that no Sentinel has named the primary yet', () => {
    const servers = {
      primary: { at: null, trouble: 'no Sentinel has said yet where relays is' },
      replica: { at, trouble: null },
      sentinels: [{ at: '10.0.3.11:26379', says: null, trouble: null }],
    };
    const text = page({ redis: { ...redis!, servers } });
    assert.match(text, /primary: no Sentinel has said yet where relays is/);
    assert.match(text, /Sentinel 10\.0\.3\.11:26379: says nothing/);
  });

  it('calls what is down by its name, and not known what is not known', () => {
    const text = page({
      relay: { ...relay, state: 'silent' },
      redis: { ...redis!, primary: 'unreachable', replica: 'down', lagMs: null },
      atRisk: { calls: null, of: null, because: 'no count yet' },
    });
    assert.match(text, /rtpengine SILENT, ping/);
    assert.match(text, /primary UNREACHABLE, replica LINK DOWN, lag not known/);
    assert.match(text, /at risk NOT KNOWN: no count yet/);
  });

  it('never shows as sent what a daemon that is gone was last seen to send', () => {
    const { bgp, vips } = sampleView();
    const text = page({
      bgp: { ...bgp, state: 'unreachable', sessions: [] },
      vips: vips.map((vip) => ({ ...vip, verified: false })),
    });
    assert.match(text, /^relay-a: SERVING .* ALARM: The BGP daemon is unreachable\. vip a/);
    assert.match(
      text,
      /home, rank 0, NOT SEEN YET .* last seen -> 10\.99\.0\.1\/32 to 10\.0\.1\.1/,
    );
    assert.match(text, /bgp bird UNREACHABLE/);
  });

  it('names dangerous settings of the relay', () => {
    const danger = { setting: '--timeout', value: '60', does: 'calls end', recommended: '86400' };
    const text = page({ relay: { ...relay, dangers: [danger] } });
    assert.match(text, /DANGER --timeout is 60: calls end; recommended: 86400/);
  });
});

function sampleCanary(state: 'unknown' | 'absent') {
  const since = '2026-11-22T11:59:59.000Z';
  return { state, since, roundTripMs: null, missesInARow: 0, detail: 'the relay is full' };
}

/** Without the line breaks of a narrow page. */
function oneLine(page: string): string {
  return page.replace(/\s+/g, ' ');
}
