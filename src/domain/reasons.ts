// The closed list of reasons. Every verdict carries one; the same code stands in the log, the API,
// the metrics and docs/reasons.md.

import type { Rank } from './rank.js';

/** Each reason with the sentence that a person reads. */
export const REASONS = {
  starting: 'No word from the relay or the BGP daemon yet; what is announced stays as it is.',
  serving: 'The relay answers; this host is the home and serves.',
  unprotected:
    'New sessions are not replicated: the Redis primary, the replica or the way between them is in trouble. The route stays.',
  'standbys-unready': 'No standby says that it could carry the calls on. The route stays.',
  'relay-dead': 'The relay process is gone: it was seen to end, or nobody listens any more.',
  'relay-hung':
    'The relay answers no pings and no media comes out of it; the home withdraws once a peer is known to carry on.',
  'media-dead':
    'The relay answers its pings, but no media comes out of it; the home withdraws if it lasts and a peer is known to carry on.',
  'control-silent': 'The relay no longer answers its pings; silence demotes and does not withdraw.',
  'vip-missing': 'An address of this VIP is missing on this host: its packets are turned away.',
  'called-degraded':
    'A person, a program or a file calls this relay degraded; a ready standby is preferred.',
  'pings-lost': 'The relay answers, but has lost too many of its pings for too long.',
  'pings-slow': 'The relay answers its pings, but has been too slow for too long.',
  blind:
    'There has been no fresh look at the relay for too long; what is announced stays as it is.',
  drained: 'A person has drained this host.',
  frozen: 'A person has frozen this host: nothing moves by itself until it is unfrozen.',
  stopping: 'The sidecar is stopping and its on-stop policy asks for this.',
  restoring: 'The relay does not hold all the sessions yet that Redis keeps for it.',
  settling: 'All is well again, but not for long enough yet.',
  'held-off':
    'All is well again, but the host has fallen before: its return waits longer each time.',
  'awaiting-operator': 'Failback is manual: the host waits for `holdline undrain`.',
  'standby-ready': 'The relay answers and holds the sessions of the home.',
  'standby-alive': 'The relay answers; no Redis is configured, so nothing proves its sessions.',
  'replica-silent': 'The local Redis replica does not answer.',
  'replica-link-down':
    'The local Redis replica has lost its primary, which can be reached from here.',
  'replica-not-replica': 'The local Redis is not a replica of anything.',
  'replica-behind': 'The local Redis replica is further behind its primary than max-lag.',
  'canary-absent':
    'The relay does not hold the canary call of the home, which says that it has one.',
  'sessions-missing': 'The relay holds fewer foreign sessions than Redis keeps for the home.',
  'sessions-unknown': 'The relay or Redis does not tell how many sessions there are.',
  'daemon-unreachable':
    'The BGP daemon is gone or does not answer: nothing can be announced or taken back.',
  'no-session': 'No neighbour has a BGP session with this host: it announces to nobody.',
} as const;

export type Reason = keyof typeof REASONS;

/** What a person or the end of the sidecar asks for; anything else is a doubt about this host. */
export function isOrdered(reason: Reason): boolean {
  return reason === 'drained' || reason === 'stopping';
}

/** Those for which a host is demoted and, for themselves, never withdrawn. */
const DEMOTING: readonly Reason[] = [
  'control-silent',
  'vip-missing',
  'called-degraded',
  'pings-lost',
  'pings-slow',
];

export function isDemoting(reason: Reason): boolean {
  return DEMOTING.includes(reason);
}

/** The sentence of a verdict, and how a host comes to be away for what demotes (one-step-fall.ts). */
export function sayVerdict(reason: Reason, rank: Rank | null | undefined): string {
  return rank === 'withdrawn' && isDemoting(reason)
    ? `${REASONS[reason]} ${ONE_STEP}`
    : REASONS[reason];
}

const ONE_STEP =
  'It is not announced: so soon after an earlier fall a host is withdrawn instead of demoted, once a peer has answered that it is ready. A router that damps could mute it for both.';
