import { speaksNg, type Config } from './config.js';

/** Which address the canary call goes through, or why there is none. */
export type CanaryPlan =
  | { readonly vip: string; readonly address: string }
  | { readonly address: undefined; readonly because: string };

/**
 * One canary for a host, through the first address of the first VIP that is at home here: what it
 * proves of the relay holds for its other addresses too, and whether those are on this host is
 * looked at without it.
 */
export function planCanary({ relay, vips }: Config): CanaryPlan {
  const home = vips.find(({ role }) => role.kind === 'home');
  const address = home?.prefixes[0]?.split('/')[0];
  if (!relay.canary.enabled) {
    const because = speaksNg(relay.kind)
      ? 'relay.canary.enabled is false'
      : `a relay of kind ${relay.kind} takes no offer over ng`;
    return { address: undefined, because };
  }
  return home === undefined || address === undefined
    ? { address: undefined, because: 'no VIP is at home here' }
    : { vip: home.name, address };
}

/** Dead media is found within 300 ms; what the packets leave of it is for a busy host. */
const FOUND_MS_MAX = 250;
/** One miss says nothing, however long the interval is. */
const MISSES_MIN = 2;

/** Packets in a row that are missed and make the media dead. */
export function canaryMissesMax({ canary, ping }: Config['relay']): number {
  const judgedMs = Math.ceil(ping.deadlineMs / canary.intervalMs) * canary.intervalMs;
  return Math.max(MISSES_MIN, Math.floor((FOUND_MS_MAX - judgedMs) / canary.intervalMs));
}

/** The nodes whose canaries are looked for on the local relay. */
export function homesStoodByFor({ relay, vips }: Config): readonly string[] {
  const homes = vips.flatMap(({ role }) => (role.kind === 'standby' ? [role.of] : []));
  return relay.canary.enabled ? [...new Set(homes)] : [];
}

/** For people who read a configuration: what the canary proves here, or what nothing proves. */
export function sayCanary(config: Config): string {
  const plan = planCanary(config);
  return plan.address === undefined
    ? `no canary call, as ${plan.because}: pings alone tell of this relay, nothing of its media`
    : `a canary call through ${plan.address} (VIP ${plan.vip}) proves that media flow`;
}
