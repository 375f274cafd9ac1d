// Settings of rtpengine that turn a failure of Redis, or a drain, into an outage. Seen in the drill:
// `redis-hang` runs it at its defaults, `redis-hang-tuned` with what is recommended here.

import type { RelaySettings } from '../../ports/relay-settings.js';
import type { DangerView } from '../../ports/status-view.js';

/** Up to here a hung Redis costs calls in set-up a moment and running calls nothing. */
const REDIS_TIMEOUT_MS_MAX = 250;
/** A drain for maintenance lasts for an hour at least. */
const SILENCE_SECONDS_MIN = 3_600;
/** On the command line they hold while sessions are restored, too, and cost those (docs/redis.md). */
const AFTER_START = 'over the command line port after each start';

export function dangersIn(settings: RelaySettings): readonly DangerView[] {
  const dangers = [
    ...(settings.usesRedis ? redisDangers(settings) : []),
    silenceDanger(settings.silenceTimeoutSeconds),
  ];
  return dangers.filter((danger) => danger !== undefined);
}

function redisDangers(settings: RelaySettings): readonly (DangerView | undefined)[] {
  const { redisCommandTimeoutMs, redisConnectTimeoutMs, redisErrorsAllowed } = settings;
  return [
    danger(isLong(redisCommandTimeoutMs), '--redis-cmd-timeout', redisCommandTimeoutMs, {
      does:
        'a Redis that hangs keeps offers waiting under a lock, for ever at 0: pings fall silent, and ' +
        'the media of running calls may stop',
      recommended: `50, by "set rediscmdtimeout 50" ${AFTER_START}`,
    }),
    danger(isLong(redisConnectTimeoutMs), '--redis-connect-timeout', redisConnectTimeoutMs, {
      does: 'offers wait as long for every connection to a Redis host that is gone',
      recommended: `50, by "set redisconnecttimeout 50" ${AFTER_START}`,
    }),
    danger((redisErrorsAllowed ?? 0) < 0, '--redis-allowed-errors', redisErrorsAllowed, {
      does: 'Redis is tried again at every offer, however often it failed, and each one waits',
      recommended: '1',
    }),
  ];
}

function silenceDanger(seconds: number | undefined): DangerView | undefined {
  const short = seconds !== undefined && seconds > 0 && seconds < SILENCE_SECONDS_MIN;
  return danger(short, '--timeout', seconds, {
    does:
      'calls that run at the standby are ended here after as long without media, and their keys ' +
      'deleted, so that the standby drops them, too',
    recommended: '86400',
  });
}

function isLong(timeoutMs: number | undefined): boolean {
  return timeoutMs !== undefined && (timeoutMs <= 0 || timeoutMs > REDIS_TIMEOUT_MS_MAX);
}

function danger(
  holds: boolean,
  setting: string,
  value: number | undefined,
  words: Pick<DangerView, 'does' | 'recommended'>,
): DangerView | undefined {
  return holds && value !== undefined ? { setting, value: String(value), ...words } : undefined;
}

export function sayDanger({ setting, value, does, recommended }: DangerView): string {
  return `${setting} is ${value}: ${does}; recommended: ${recommended}`;
}
