// Keys in Holdline's own database that are not Holdline's: somebody else uses the same number.

import type { Redis } from 'ioredis';

import { detailOf, detailOfError } from '../detail.js';
import { OWN_PREFIX } from './rights.js';

/** Each bite keeps the server busy for a millisecond. */
const BITE_KEYS = 1_000;
const BITES_MAX = 20;

/** On a client that has selected the database. Reads names only, and no more than some thousand. */
export async function warnOfStrangers(client: Redis, database: number): Promise<readonly string[]> {
  try {
    const { strangers, whole } = await findStrangers(client);
    const [first] = strangers;
    if (first === undefined) {
      return [];
    }
    const count = `${whole ? '' : 'at least '}${strangers.length}`;
    return [
      `database ${database} holds ${count} keys that are not Holdline's, ${detailOf(first)} for one: ` +
        'somebody else uses it; give Holdline one of its own (`redis.database`)',
    ];
  } catch (error) {
    return [
      `whether database ${database} is Holdline's alone is not known: ${detailOfError(error)}`,
    ];
  }
}

async function findStrangers(
  client: Redis,
): Promise<{ readonly strangers: readonly string[]; readonly whole: boolean }> {
  const strangers = new Set<string>();
  let cursor = '0';
  for (let bite = 0; bite < BITES_MAX; bite += 1) {
    const [next, keys] = await client.scan(cursor, 'COUNT', BITE_KEYS);
    keys.filter((key) => !key.startsWith(OWN_PREFIX)).forEach((key) => strangers.add(key));
    cursor = next;
    if (cursor === '0') {
      return { strangers: [...strangers], whole: true };
    }
  }
  return { strangers: [...strangers], whole: false };
}
