import { RELAYS } from '../lab/addresses.js';
import type { Host } from '../lab/host.js';
import { BIRD_SOCKET } from '../lab/programs.js';

const IMPORT_COUNTERS = /^\s*Import (?:updates|withdraws):\s+(\d+)/gm;

/**
 * How many updates and withdrawals the router has received from its relays since it started. A
 * relay whose session was lost in between counts from zero again, so any difference is a change.
 */
export async function countUpdates(router: Host, signal: AbortSignal): Promise<string> {
  const counts: string[] = [];
  for (const relay of RELAYS) {
    const protocol = relay.replace('-', '_');
    const said = await router.run(
      ['birdc', '-s', BIRD_SOCKET, 'show', 'protocols', 'all', protocol],
      signal,
    );
    counts.push(`${relay}: ${readCounters(said).join(' ')}`);
  }
  return counts.join(', ');
}

/** Updates and withdrawals of each channel, in the order of BIRD's output. */
export function readCounters(said: string): readonly number[] {
  return [...said.matchAll(IMPORT_COUNTERS)].map((match) => Number(match[1]));
}
