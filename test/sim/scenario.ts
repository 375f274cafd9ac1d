// What a seed stands for: how the hosts are set up, and which faults strike when.

import { Random } from './random.js';

export const FAULT_KINDS = [
  'relay-kill',
  'relay-hang',
  'relay-mute',
  'relay-slow',
  'pair-hang',
  'peer-freeze',
  'words-lost',
  'words-unheard',
  'beat-stuck',
  'store-hang',
  'store-kill',
  'link-cut',
  'store-cut',
  'replica-lag',
  'replica-silent',
  'daemon-kill',
  'daemon-hang',
  'daemon-refuse',
  'daemon-reset',
  'outsider-removes',
  'outsider-rewrites',
  'outsider-during-restart',
  'session-flap',
  'sidecar-restart',
  'host-death',
  'slow-network',
  'drain',
  'freeze',
  'stall',
  'starve',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Strikes `atMs` after the start and is healed `forMs` later. */
export interface Fault {
  readonly kind: FaultKind;
  readonly host: number;
  readonly atMs: number;
  readonly forMs: number;
}

export interface Profile {
  readonly name: 'pair' | 'flap' | 'fleet';
  readonly hosts: number;
  readonly standbys: number;
  readonly settleMs: number;
  readonly maxHoldMs: number;
  readonly holdsOpen: boolean;
  /** A hung Redis primary hangs every relay, as rtpengine's defaults do (its media too). */
  readonly storeHangsRelays: boolean;
  readonly faultsForMs: number;
  /** Packets are sent, and looked at, this often. */
  readonly packetMs: number;
}

export interface Scenario {
  readonly seed: number;
  readonly profile: Profile;
  readonly faults: readonly Fault[];
}

/** Every sidecar has seen everything by then. */
const FIRST_FAULT_MS = 2_000;

export function drawScenario(seed: number): Scenario {
  const random = new Random(seed);
  const profile = drawProfile(seed, random);
  const faults = profile.name === 'flap' ? drawFlaps(profile, random) : drawFaults(profile, random);
  return { seed, profile, faults: [...faults].sort((left, right) => left.atMs - right.atMs) };
}

export function describeFault({ kind, host, atMs, forMs }: Fault): string {
  return `${kind} on relay-${host} at ${Math.round(atMs)} ms for ${Math.round(forMs)} ms`;
}

function drawProfile(seed: number, random: Random): Profile {
  const common = {
    holdsOpen: random.chance(0.8),
    storeHangsRelays: random.chance(0.7),
    settleMs: random.pick([500, 1_000, 2_000, 5_000]),
    packetMs: 10,
  };
  const maxHoldMs = common.settleMs * random.pick([1, 2, 3]);
  if (seed % 50 === 49) {
    const hosts = random.chance(0.2) ? random.whole(50, 200) : random.whole(3, 20);
    const standbys = Math.min(hosts - 1, random.whole(1, 3));
    const long = { faultsForMs: 15_000, packetMs: 50 };
    return { ...common, ...long, name: 'fleet', hosts, standbys, maxHoldMs };
  }
  const pair = { ...common, hosts: 2, standbys: 1 };
  return seed % 25 === 24
    ? { ...pair, name: 'flap', settleMs: 10_000, maxHoldMs: 1_800_000, faultsForMs: 600_000 }
    : { ...pair, name: 'pair', maxHoldMs, faultsForMs: 30_000 };
}

function drawFaults(profile: Profile, random: Random): readonly Fault[] {
  const count = random.whole(1, profile.name === 'pair' ? 8 : 12 + profile.hosts / 10);
  return Array.from({ length: count }, () => ({
    kind: random.pick(FAULT_KINDS),
    host: random.whole(0, profile.hosts - 1),
    atMs: random.between(FIRST_FAULT_MS, profile.faultsForMs),
    forMs: Math.exp(random.between(Math.log(20), Math.log(12_000))),
  }));
}

/** What a home falls for, and what keeps a peer's word from it. */
const FLAP_KINDS = [
  'relay-kill',
  'relay-kill',
  'relay-hang',
  'relay-mute',
  'relay-slow',
  'words-unheard',
  'peer-freeze',
  'sidecar-restart',
] as const satisfies readonly FaultKind[];

/** One relay that will not stay up for ten minutes; in every other seed it does nothing but die. */
function drawFlaps(profile: Profile, random: Random): readonly Fault[] {
  const kinds = random.chance(0.5) ? (['relay-kill'] as const) : FLAP_KINDS;
  const everyMs = random.between(4_000, 90_000);
  const host = random.whole(0, 1);
  const count = Math.floor((profile.faultsForMs - FIRST_FAULT_MS) / everyMs);
  return Array.from({ length: count }, (_, index) => ({
    kind: random.pick(kinds),
    host,
    atMs: FIRST_FAULT_MS + index * everyMs,
    forMs: random.between(300, everyMs / 2),
  }));
}
