// The status for a person at a terminal, 80 columns wide: the verdict and its sentence first, then
// what it rests on. Plain words, no colours, so that it reads the same in a mail or a ticket.

import type {
  AtRiskView,
  BgpView,
  CanaryView,
  CapacityView,
  LastFailoverView,
  OperatorView,
  PeerView,
  ParityView,
  RedisView,
  RelayView,
  SelfView,
  StatusView,
  TakeoverView,
  VipView,
} from '../../ports/status-view.js';
import { sayPeer } from './say-peer.js';
import { sayTakeover } from './say-takeover.js';
import { sayCapacity } from './say-capacity.js';
import { sayParity } from './say-parity.js';
import { dangerLines } from './danger-lines.js';
import { redisLines } from './redis-lines.js';
import { sayReason } from './say-reason.js';
import { sayAge, sayClock, sayMs, sayNumber, sayUpTime } from './say-time.js';
import { wrap } from './wrap.js';

const LABEL_WIDTH = 11;
const INDENT = ' '.repeat(LABEL_WIDTH);

export function textPage(view: StatusView): string {
  const lines = [
    `${view.node}: ${view.verdict.toUpperCase()} for ${sayAge(view.since, view.now)}, ` +
      `since ${sayClock(view.since)}`,
    ...wrap(`${view.reason}: ${sayReason(view.reason)}`, '  '),
    '',
    ...view.vips.flatMap((vip) => vipLines(vip, view.now)),
    ...row('relay', relayText(view.relay)),
    ...dangerLines(view.relay).flatMap(below),
    ...row('canary', canaryText(view.relay, view.now)),
    ...row('redis', redisText(view.redis)),
    ...parityLines(view.redis?.parity ?? null, view.now),
    ...redisLines(view.redis?.servers ?? null).flatMap(below),
    ...peerLines(view.peers, view.now),
    ...bgpLines(view.bgp, view.now),
    ...row('at risk', riskText(view.atRisk)),
    ...capacityLines(view.capacity),
    ...row('operator', operatorText(view.operator)),
    ...moveLines(view.lastFailover, view.now),
    ...takeoverLines(view.lastTakeover, view.now),
    ...row('holdline', selfText(view.self, view.version)),
  ];
  return `${lines.join('\n')}\n`;
}

/** A labelled paragraph, wrapped under its own text. */
function row(label: string, text: string): readonly string[] {
  const [first = '', ...rest] = wrap(text, INDENT);
  return [label.padEnd(LABEL_WIDTH) + first.trimStart(), ...rest];
}

function below(text: string): readonly string[] {
  return wrap(text, INDENT);
}

function vipLines(vip: VipView, now: string): readonly string[] {
  const rank = typeof vip.rank === 'number' ? `, rank ${vip.rank}` : '';
  const seen = vip.verified ? 'seen at the neighbours' : 'NOT SEEN YET at the neighbours';
  const rises = vip.risesAt === null ? [] : below(`may rise at ${sayClock(vip.risesAt)}`);
  return [
    `vip ${vip.name}`,
    ...below(`${vip.rankName}${rank}, ${seen}`),
    ...below(`${vip.prefixes.join(' ')}, ${vip.role} here`),
    ...below(`${vip.reason} for ${sayAge(vip.since, now)}: ${sayReason(vip.reason)}`),
    ...rises,
    ...vip.announced.flatMap((each) => below(announcedText(each))),
    '',
  ];
}

function announcedText(announced: VipView['announced'][number]): string {
  const { prefix, neighbour, asPath, communities, med } = announced;
  const parts = [
    `${prefix} to ${neighbour}`,
    ...(asPath.length === 0 ? [] : [`path ${asPath.join(' ')}`]),
    ...(med === undefined ? [] : [`med ${med}`]),
    ...(communities.length === 0 ? [] : [`communities ${communities.join(' ')}`]),
  ];
  return `-> ${parts.join(', ')}`;
}

function relayText(relay: RelayView): string {
  const { kind, state, pingMs, missesInARow, degradedBy, sessions } = relay;
  const misses = missesInARow === 0 ? '' : `, ${missesInARow} PINGS MISSED in a row`;
  const counts =
    sessions === null
      ? 'sessions not known'
      : `sessions ${sayNumber(sessions.own)} own, ${sayNumber(sessions.foreign)} foreign, ` +
        `${sayNumber(sessions.total)} in all`;
  const degraded = degradedBy.map(({ detail }) => `; DEGRADED: ${detail}`).join('');
  return `${kind} ${state}, ping ${sayMs(pingMs)}${misses}; ${counts}${degraded}`;
}

function canaryText({ canary, foreignCanaries }: RelayView, now: string): string {
  const own = canary === null ? 'none kept here' : ownCanaryText(canary, now);
  const foreign = foreignCanaries.map(({ of, held }) => {
    const how = held === null ? 'not known' : held ? 'held here' : 'NOT HELD here';
    return `; that of ${of} ${how}`;
  });
  return `${own}${foreign.join('')}`;
}

function ownCanaryText(canary: CanaryView, now: string): string {
  const { state, since, roundTripMs, missesInARow, detail } = canary;
  const why = detail === null ? '' : `: ${detail}`;
  switch (state) {
    case 'unknown':
      return 'not known';
    case 'heard':
      return `heard for ${sayAge(since, now)}, ${sayMs(roundTripMs)} through the relay`;
    case 'missed':
      return `NOT HEARD for ${sayAge(since, now)}, ${missesInARow} packets in a row${why}`;
    case 'absent':
      return `no call for ${sayAge(since, now)}${why}`;
  }
}

const BEAT_TROUBLE: Readonly<Record<RedisView['beat'], string>> = {
  unknown: '',
  seen: '',
  overdue: ', BEATS DO NOT COME THROUGH to the replica',
  unsent: ', BEATS ARE NOT TAKEN by the primary',
};

function redisText(redis: RedisView | null): string {
  if (redis === null) {
    return 'not configured';
  }
  const { primary, replica, beat, lagMs, offsetLagBytes } = redis;
  const bytes = offsetLagBytes === null ? '' : ` (${sayNumber(offsetLagBytes)} bytes)`;
  const sizes = Object.entries(redis.databaseSizes).map(
    ([database, keys]) => `; ${sayNumber(keys)} keys in database ${database}`,
  );
  return (
    `primary ${primary}, replica ${replica}, behind by ${sayMs(lagMs)}${bytes}` +
    `${BEAT_TROUBLE[beat]}${sizes.join('')}`
  );
}

function parityLines(parity: ParityView | null, now: string): readonly string[] {
  const [first, ...more] = (parity?.vips ?? []).map((vip) => sayParity(vip, now));
  return first === undefined ? [] : [...row('call-ids', first), ...more.flatMap(below)];
}

function capacityLines(capacity: CapacityView | null): readonly string[] {
  const [first = '', ...more] = sayCapacity(capacity);
  return [...row('capacity', first), ...more.flatMap(below)];
}

function peerLines(peers: readonly PeerView[], now: string): readonly string[] {
  const [first, ...more] = peers.map((peer) => sayPeer(peer, now));
  return [...row('peers', first ?? 'none heard of'), ...more.flatMap(below)];
}

function bgpLines(bgp: BgpView, now: string): readonly string[] {
  return [
    ...row('bgp', `${bgp.driver} ${bgp.state}`),
    ...bgp.sessions.flatMap((each) => below(sessionText(each, bgp.disabledNeighbours))),
    ...escalationLines(bgp, now),
  ];
}

function sessionText(
  { neighbour, state, bfd, disabled }: BgpView['sessions'][number],
  ours: readonly string[],
): string {
  const by = ours.includes(neighbour) ? 'Holdline' : 'somebody';
  const down = disabled === undefined ? '' : `, TAKEN DOWN by ${by}`;
  return `${neighbour} ${state}, BFD ${bfd}${down}`;
}

function escalationLines({ escalation }: BgpView, now: string): readonly string[] {
  if (escalation === null) {
    return [];
  }
  const begun = escalation.begun.map(({ remedy, outcome }) => `${remedy} ${outcome}`);
  const tried = ['tried again', ...begun].join(', ');
  return below(`WITHDRAW NOT CARRIED OUT for ${sayAge(escalation.since, now)}: ${tried}`);
}

function riskText({ calls, of, because }: AtRiskView): string {
  const how = `${calls === null ? 'unknown' : sayNumber(calls)} of ${of === null ? 'unknown' : sayNumber(of)} calls`;
  return because === null ? how : `${how}: ${because}`;
}

function operatorText(view: OperatorView): string {
  const { drained, frozen, degraded, by, why, at, until } = view;
  const standing = [
    ...(drained ? ['DRAINED'] : []),
    ...(degraded ? ['CALLED DEGRADED'] : []),
    ...(frozen ? ['FROZEN'] : []),
  ];
  if (standing.length === 0) {
    return 'no order stands';
  }
  const end = until === null ? 'until it is taken back' : `until ${sayClock(until)}`;
  return `${standing.join(' and ')} by ${by ?? '?'} at ${sayClock(at)}, ${end}: ${why ?? '?'}`;
}

function moveLines(last: LastFailoverView | null, now: string): readonly string[] {
  if (last === null) {
    return row('last move', 'none since this sidecar started');
  }
  const changes = last.changes.map(({ vip, from, to }) => `${vip} ${from} -> ${to}`).join(', ');
  const { detected, decided, commanded, verified } = last.stagesMs;
  return [
    ...row('last move', `${sayAge(last.at, now)} ago, ${sayClock(last.at)}: ${changes}`),
    ...below(`${last.cause}: ${sayReason(last.cause)}`),
    ...below(
      `detected ${sayMs(detected)}, decided ${sayMs(decided)}, commanded ${sayMs(commanded)}, ` +
        `verified ${sayMs(verified)} after the first sign`,
    ),
    ...below(`said to be at risk right before: ${riskText(last.atRiskBefore)}`),
  ];
}

function takeoverLines(last: TakeoverView | null, now: string): readonly string[] {
  return last === null ? [] : row('taken over', sayTakeover(last, now));
}

function selfText(self: SelfView, version: string): string {
  const { loopDelayMs, cpuPct, rssMb, upSeconds } = self;
  return (
    `${version}, up ${sayUpTime(upSeconds)}, loop late by ${sayMs(loopDelayMs)}, ` +
    `${cpuPct.toFixed(1)} % of a core, ${rssMb.toFixed(0)} MB; ${guardText(self)}`
  );
}

function guardText({ guard, workerRestarts }: SelfView): string {
  switch (guard) {
    case 'guarded':
      return workerRestarts === 0 ? 'guarded' : `guarded, STARTED AGAIN ${workerRestarts} times`;
    case 'gone':
      return 'the GUARD IS GONE: nobody starts it again';
    case 'none':
      return 'NO GUARD';
  }
}
