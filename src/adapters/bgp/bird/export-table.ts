import type { RankBy } from '../../../domain/attributes.js';

/**
 * BIRD's export table is a real adj-RIB-out: the routes as they were handed to the session. But with
 * it BIRD 2.0.12 takes a route that our filter gave a MED for one that was received with it, and
 * sends no MED to another AS, while the table goes on showing one. So ranks by MED go without.
 */
export function keepsExportTable(rankBy: RankBy): boolean {
  return rankBy !== 'med';
}
