// Looks whether the VIPs are on this host. A packet for an address that is not would be turned away
// by the kernel, whatever the relay is like.

import { tickEvery } from '../../../async/tick.js';
import { VIP_LOOK_MS } from '../../../domain/budget.js';
import type { RelayConditionObservation } from '../../../domain/evidence.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';
import { AddressLists } from './address-lists.js';
import { addressesNotHere, unlisted } from './local-addresses.js';

export interface VipProbeOptions {
  readonly vips: readonly { readonly name: string; readonly prefixes: readonly string[] }[];
  readonly clock: Clock;
}

export function createVipProbe({ vips, clock }: VipProbeOptions): RelayProbe {
  const owners = new Map(
    vips.flatMap(({ name, prefixes }) => prefixes.map((prefix) => [addressOf(prefix), name])),
  );
  const addresses = [...owners.keys()];
  return {
    name: `the addresses of ${vips.length} VIPs`,
    async watch(listener: (seen: RelayConditionObservation) => void, signal: AbortSignal) {
      let told: string | undefined;
      let looking = false;
      const look = async (): Promise<void> => {
        const missing = await addressesNotHere(addresses, signal);
        const said = missing.join(', ');
        if (said !== told && !signal.aborted) {
          told = said;
          listener(observe(missing, owners, clock));
        }
      };
      const lists = new AddressLists();
      let areListed = false;
      const tick = (): void => {
        const sayTheSame = lists.sayTheSame();
        areListed = (areListed && sayTheSame) || unlisted(addresses).length === 0;
        if (!looking && !(areListed && told === '')) {
          looking = true;
          void look().finally(() => (looking = false));
        }
      };
      // On the grid of the pings, whose turn it shares.
      await tickEvery(VIP_LOOK_MS, tick, signal);
      lists.close();
    },
  };
}

function observe(
  missing: readonly string[],
  owners: ReadonlyMap<string, string>,
  clock: Clock,
): RelayConditionObservation {
  const vips = [...new Set(missing.map((address) => owners.get(address) ?? ''))];
  const detail =
    missing.length === 0
      ? 'every address of every VIP is on this host'
      : `not on this host: ${missing.map((each) => `${each} (VIP ${owners.get(each) ?? ''})`).join(', ')}`;
  const holds = missing.length > 0;
  return {
    kind: 'relay-condition',
    atMs: clock.nowMs(),
    condition: 'vip-missing',
    holds,
    vips,
    detail,
  };
}

/** Prefixes are host routes in canonical form: the address is what stands before the slash. */
function addressOf(prefix: string): string {
  return prefix.slice(0, prefix.indexOf('/'));
}
