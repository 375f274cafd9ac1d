// Redis for the status page: how it is, and what keeps it from being well.

import type { SentinelView, ServerView, StoreView } from '../../ports/session-store.js';
import type { RedisView } from '../../ports/status-view.js';
import { sayMs, sayNumber } from './say-time.js';

const REPLICA: Readonly<Record<RedisView['replica'], string>> = {
  up: 'up',
  down: 'LINK DOWN',
  syncing: 'SYNCHRONISING',
  primary: 'NOT A REPLICA',
  unreachable: 'UNREACHABLE',
  unknown: 'not known',
};

const PRIMARY: Readonly<Record<RedisView['primary'], string>> = {
  reachable: 'reachable',
  unreachable: 'UNREACHABLE',
  unknown: 'not known',
};

const BEAT_TROUBLE: Readonly<Record<RedisView['beat'], string>> = {
  unknown: '',
  seen: '',
  overdue: ', BEATS DO NOT COME THROUGH to the replica',
  unsent: ', BEATS ARE NOT TAKEN by the primary',
};

export function redisText(redis: RedisView | null): string {
  if (redis === null) {
    return 'not configured';
  }
  const { primary, replica, beat, lagMs, offsetLagBytes } = redis;
  const bytes = offsetLagBytes === null ? '' : ` (${sayNumber(offsetLagBytes)} bytes)`;
  const sizes = Object.entries(redis.databaseSizes).map(
    ([database, keys]) => `; ${sayNumber(keys)} keys in database ${database}`,
  );
  return (
    `primary ${PRIMARY[primary]}, replica ${REPLICA[replica]}, lag ${sayMs(lagMs)}${bytes}` +
    `${BEAT_TROUBLE[beat]}${sizes.join('')}`
  );
}

/** One sentence for each server that is not well, and what each Sentinel says. */
export function redisLines(servers: StoreView | null): readonly string[] {
  if (servers === null) {
    return [];
  }
  const { primary, replica, sentinels } = servers;
  return [
    ...troubleLine('primary', primary),
    ...troubleLine('replica', replica),
    ...sentinels.map((each) => sentinelLine(each)),
  ];
}

function troubleLine(what: string, { at, trouble }: ServerView): readonly string[] {
  return trouble === null ? [] : [`${what}${at === null ? '' : ` ${at}`}: ${trouble}`];
}

function sentinelLine({ at, says, trouble }: SentinelView): string {
  return says === null
    ? `Sentinel ${at}: ${trouble ?? 'says nothing'}`
    : `Sentinel ${at} says that the primary is ${says}`;
}
