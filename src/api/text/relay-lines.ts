// The relay and the canary call through it, for the status page.

import type { CanaryView, RelayView } from '../../ports/status-view.js';
import { sayAge, sayMs, sayNumber } from './say-time.js';

export function relayText({ kind, state, pingMs, ...relay }: RelayView): string {
  const { missesInARow, degradedBy, sessions } = relay;
  const misses = missesInARow === 0 ? '' : `, ${missesInARow} PINGS MISSED in a row`;
  const counts =
    sessions === null
      ? 'sessions not known'
      : `sessions ${sayNumber(sessions.own)} own, ${sayNumber(sessions.foreign)} foreign, ` +
        `${sayNumber(sessions.total)} in all`;
  const degraded = degradedBy.map(({ detail }) => `; DEGRADED: ${detail}`).join('');
  return `${kind} ${sayRelayState(state)}, ping ${sayMs(pingMs)}${misses}; ${counts}${degraded}`;
}

export function sayRelayState(state: RelayView['state']): string {
  switch (state) {
    case 'alive':
      return 'alive';
    case 'silent':
    case 'dead':
      return state.toUpperCase();
    case 'unknown':
      return 'not known';
  }
}

/** The settings of relay and replica that are better changed, one sentence each. */
export function dangerLines({ dangers }: RelayView): readonly string[] {
  return (dangers ?? []).map(
    ({ setting, value, does, recommended }) =>
      `DANGER ${setting} is ${value}: ${does}; recommended: ${recommended}`,
  );
}

export function canaryText({ canary, foreignCanaries }: RelayView, now: string): string {
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
