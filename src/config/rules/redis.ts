import type { Config } from '../config.js';
import type { Violation } from './rule.js';

/** Holdline writes into its own database; a relay would take the keys for sessions. */
export function ownDatabaseIsNoRelays({ redis, vips }: Config): readonly Violation[] {
  const clash = vips.find(({ database }) => database === redis?.database);
  return redis === undefined || clash?.database === undefined
    ? []
    : [
        {
          path: ['redis', 'database'],
          expected: 'a database that no VIP uses',
          got: `${redis.database}, where the sessions of VIP ${clash.name} are`,
        },
      ];
}

/** Without its database nobody can tell which sessions a VIP has. */
export function vipsNameTheirDatabase({ redis, relay, vips }: Config): readonly Violation[] {
  const countsSessions = relay.kind === 'rtpengine' || relay.kind === 'ng';
  if (redis === undefined || !countsSessions) {
    return [];
  }
  return vips.flatMap(({ database }, index) =>
    database === undefined
      ? [
          {
            path: ['vips', index, 'database'],
            expected: "the Redis database of this VIP's sessions",
            got: 'nothing',
          },
        ]
      : [],
  );
}
