// What keeps Redis from being well, for the status page: one sentence a server, and what each
// Sentinel says. Nothing where all is well and no Sentinel is asked.

import type { SentinelView, ServerView, StoreView } from '../../ports/session-store.js';

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
