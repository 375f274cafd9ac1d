// What is compared on this host: one database for each VIP that names one.

import type { Config } from '../../config/config.js';

/**
 * `home`: the sessions that the relay keeps in Redis itself. `standby`: those of a peer, which the
 * relay takes from the local replica.
 */
export interface Side {
  readonly kind: 'home' | 'standby';
  readonly vip: string;
  readonly database: number;
  /** Standby: the node that is home. */
  readonly of?: string;
}

export function sidesOf({ vips }: Pick<Config, 'vips'>): readonly Side[] {
  return vips.flatMap(({ name, role, database }) =>
    database === undefined
      ? []
      : [
          {
            kind: role.kind,
            vip: name,
            database,
            ...(role.kind === 'standby' ? { of: role.of } : {}),
          },
        ],
  );
}
