// The status for a person at a terminal, 80 columns wide: the verdict and its sentence first, then
// what it rests on. Plain words, no colours, so that it reads the same in a mail or a ticket.

import type {
  AtRiskView,
  BgpView,
  CapacityView,
  LastFailoverView,
  OperatorView,
  ParityView,
  PeerView,
  SelfView,
  StatusView,
  TakeoverView,
  VipView,
} from '../../ports/status-view.js';
import { bgpTrouble } from '../readiness.js';
import { bgpLines, bgpText } from './bgp-lines.js';
import { redisLines, redisText } from './redis-lines.js';
import { canaryText, dangerLines, relayText } from './relay-lines.js';
import { sayCapacity } from './say-capacity.js';
import { sayParity } from './say-parity.js';
import { sayPeer } from './say-peer.js';
import { sayReason } from './say-reason.js';
import { sayTakeover } from './say-takeover.js';
import { sayAge, sayClock, sayMs, sayNumber, sayUpTime } from './say-time.js';
import { wrap } from './wrap.js';

const LABEL_WIDTH = 11;
const INDENT = ' '.repeat(LABEL_WIDTH);

export function textPage(view: StatusView): string {
  const { node, now, relay, redis, bgp } = view;
  const lines = [
    `${node}: ${view.verdict.toUpperCase()} for ${sayAge(view.since, now)}, ` +
      `since ${sayClock(view.since)}`,
    ...wrap(`${view.reason}: ${sayReason(view.reason)}`, '  '),
    ...bgpTrouble(view).flatMap((trouble) => wrap(`ALARM: ${trouble}`, '  ')),
    '',
    ...view.vips.flatMap((vip) => vipLines(vip, bgp, now)),
    ...row('relay', relayText(relay)),
    ...dangerLines(relay).flatMap(below),
    ...row('canary', canaryText(relay, now)),
    ...row('redis', redisText(redis)),
    ...redisLines(redis?.servers ?? null).flatMap(below),
    ...parityLines(redis?.parity ?? null, now),
    ...peerLines(view.peers, now),
    ...row('bgp', bgpText(bgp)),
    ...bgpLines(bgp, now).flatMap(below),
    ...row('at risk', riskText(view.atRisk)),
    ...capacityLines(view.capacity),
    ...row('operator', operatorText(view.operator)),
    ...moveLines(view.lastFailover, now),
    ...takeoverLines(view.lastTakeover, now),
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

function vipLines(vip: VipView, { state }: BgpView, now: string): readonly string[] {
  const rank = typeof vip.rank === 'number' ? `, rank ${vip.rank}` : '';
  const seen = vip.verified ? 'seen at the neighbours' : 'NOT SEEN YET at the neighbours';
  const rises = vip.risesAt === null ? [] : below(`may rise at ${sayClock(vip.risesAt)}`);
  // What a daemon that is gone was last seen to send says nothing of now.
  const sent = state === 'up' ? '->' : 'last seen ->';
  return [
    `vip ${vip.name}`,
    ...below(`${vip.rankName}${rank}, ${seen}`),
    ...below(`${vip.prefixes.join(' ')}, ${vip.role} here`),
    ...below(`${vip.reason} for ${sayAge(vip.since, now)}: ${sayReason(vip.reason, vip.rank)}`),
    ...rises,
    ...vip.announced.flatMap((each) => below(`${sent} ${announcedText(each)}`)),
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
  return parts.join(', ');
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

function riskText({ calls, of, because }: AtRiskView): string {
  const total = of === null ? '' : ` of ${sayNumber(of)}`;
  const how = calls === null ? `NOT KNOWN${total}` : `${sayNumber(calls)}${total} calls`;
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
  const stage = (name: string, ms: number | null): string =>
    ms === null ? `NOT YET ${name}` : `${name} ${sayMs(ms)}`;
  const { detected, decided, commanded, verified } = last.stagesMs;
  return [
    ...row('last move', `${sayAge(last.at, now)} ago, ${sayClock(last.at)}: rank ${changes}`),
    ...below(`${last.cause}: ${sayReason(last.cause)}`),
    ...below(
      `detected ${sayMs(detected)}, decided ${sayMs(decided)}, ${stage('commanded', commanded)}, ` +
        `${stage('verified', verified)} after the first sign`,
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
