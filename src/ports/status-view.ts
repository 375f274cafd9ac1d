// What the status endpoint and the control socket need from the running sidecar. The shape of
// StatusView is a contract (DESIGN.md, part 4): keys are added, never renamed or removed.
// `null` says "not known", never "fine".

import type { Remedy } from '../domain/policy.js';
import type { RankName, Rank } from '../domain/rank.js';
import type { Advertisement, NeighbourSession } from '../domain/route.js';
import type { FreezeOrder, Order } from '../domain/evidence.js';
import type { GuardState } from './guard.js';
import type { StoreView } from './session-store.js';

export interface StatusView {
  readonly node: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** One word for the whole host: the worst of its VIPs, and `down` when its routes reach nobody. */
  readonly verdict: 'serving' | 'ready' | 'degraded' | 'down' | 'starting';
  /** Reason code (docs/reasons.md) of the VIP that the verdict is taken from, or why nobody is reached. */
  readonly reason: string;
  readonly since: string;
  readonly vips: readonly VipView[];
  readonly relay: RelayView;
  readonly redis: RedisView | null;
  readonly bgp: BgpView;
  readonly atRisk: AtRiskView;
  /** Those that share a VIP with this host, by their own words. */
  readonly peers: readonly PeerView[];
  /** Null while neither this host nor a ready standby says what its relay can carry. */
  readonly capacity: CapacityView | null;
  readonly operator: OperatorView;
  readonly self: SelfView;
  readonly lastFailover: LastFailoverView | null;
  readonly lastTakeover: TakeoverView | null;
}

export interface VipView {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly role: 'home' | 'standby';
  readonly rank: Rank | null;
  readonly rankName: RankName | 'unknown';
  readonly reason: string;
  readonly since: string;
  /** When a rise is waiting for `settle`: the time at which it may happen. */
  readonly risesAt: string | null;
  readonly announced: readonly AnnouncedView[];
  readonly verified: boolean;
  /** The best that a peer says to announce; null when no peer has said anything lately. */
  readonly bestElsewhere: BestElsewhereView | null;
}

export interface BestElsewhereView {
  readonly node: string;
  readonly rank: Rank;
}

export interface CapacityView {
  readonly own: LoadView | null;
  /** The peers that are ready to carry a VIP of this home. */
  readonly standbys: readonly LoadView[];
}

/** What a relay would carry if every home that it stands by for failed at once. */
export interface LoadView {
  readonly node: string;
  readonly capacity: number;
  readonly ifAllCame: number;
  readonly overloaded: boolean;
  readonly because: string | null;
}

/** `unknown`: there is no fresh word of it, which says nothing of its relay. */
export interface PeerView {
  readonly node: string;
  readonly state: 'heard' | 'unknown';
  /** When its last word came; null when none ever did. */
  readonly heardAt: string | null;
  /** Null while it is unknown. */
  readonly says: {
    readonly version: string;
    readonly relay: RelayView['state'];
    readonly vips: readonly { readonly name: string; readonly rank: Rank }[];
    readonly sessions: { readonly own: number; readonly foreign: number } | null;
    readonly lagMs: number | null;
    readonly drained: boolean;
    readonly frozen: boolean;
    readonly capacity: number | null;
  } | null;
}

export type AnnouncedView = Omit<Advertisement, 'rank'>;

export interface RelayView {
  readonly kind: string;
  readonly state: 'unknown' | 'alive' | 'silent' | 'dead';
  readonly pingMs: number | null;
  readonly missesInARow: number;
  /** What degrades the relay although it answers; empty when nothing does. */
  readonly degradedBy: readonly DegradedView[];
  /** Without canaries. */
  readonly sessions: {
    readonly own: number;
    readonly foreign: number;
    readonly total: number;
  } | null;
  /** The call that is kept here to prove that media flow; null where none is. */
  readonly canary: CanaryView | null;
  /** Of the homes that this host stands by for; `held` is null while the relay does not tell. */
  readonly foreignCanaries: readonly { readonly of: string; readonly held: boolean | null }[];
  /** Settings, its own and its replica's, that are better changed; null while neither has told. */
  readonly dangers: readonly DangerView[] | null;
}

export interface CanaryView {
  /** `absent`: no such call stands now, which says nothing of the media. */
  readonly state: 'unknown' | 'heard' | 'missed' | 'absent';
  readonly since: string;
  readonly roundTripMs: number | null;
  readonly missesInARow: number;
  /** Why it is missed or absent. */
  readonly detail: string | null;
}

export interface DegradedView {
  readonly condition: 'vip-missing' | 'asked' | 'pings-slow' | 'pings-lost';
  readonly detail: string;
}

/** A setting of the relay, or of the replica that it listens to, that makes a failure worse than it need be. */
export interface DangerView {
  readonly setting: string;
  readonly value: string;
  /** What it does in a failure. */
  readonly does: string;
  readonly recommended: string;
}

export interface RedisView {
  readonly primary: 'reachable' | 'unreachable' | 'unknown';
  readonly replica: 'up' | 'down' | 'syncing' | 'primary' | 'unreachable' | 'unknown';
  /** The beat from the primary to the local replica. */
  readonly beat: 'unknown' | 'seen' | 'overdue' | 'unsent';
  /** By the beat; null while the primary does not take one. */
  readonly lagMs: number | null;
  readonly offsetLagBytes: number | null;
  readonly databaseSizes: Readonly<Record<string, number>>;
  /** Where the servers are and what keeps them from answering. */
  readonly servers: StoreView | null;
  /** The comparison by Call-ID; null where there is none, or none has ended yet. */
  readonly parity: ParityView | null;
}

/** Sessions that Redis keeps against those that the relay holds, canary calls left out. */
export interface ParityView {
  /** In the databases of the VIPs. */
  readonly expected: number;
  /** Of these, on the relay. */
  readonly held: number;
  readonly missing: number;
  /** On the relay and in no database: they would not survive it. */
  readonly extra: number;
  readonly vips: readonly VipParityView[];
}

export interface VipParityView {
  readonly vip: string;
  readonly side: 'home' | 'standby';
  readonly database: number;
  readonly expected: number;
  readonly held: number;
  readonly missing: number;
  readonly extra: number;
  /** Up to five of the Call-IDs that are missing. */
  readonly samples: readonly string[];
  readonly at: string;
  /** The last round of repair: keys told of again, and calls that the relay has held since. */
  readonly repair: {
    readonly published: number;
    readonly healed: number;
    readonly at: string;
  } | null;
}

export interface BgpView {
  readonly driver: string;
  readonly state: 'up' | 'unreachable' | 'unknown';
  readonly sessions: readonly NeighbourSession[];
  /** The withdraw of a dead relay that is not carried out; null while there is none. */
  readonly escalation: EscalationView | null;
  /** Neighbours that are down by our hand, or may be. */
  readonly disabledNeighbours: readonly string[];
}

export interface EscalationView {
  readonly since: string;
  /** What is being done about it now. */
  readonly stage: 'retry' | Remedy;
  readonly begun: readonly {
    readonly remedy: Remedy;
    readonly at: string;
    readonly outcome: 'under-way' | 'done' | 'failed';
  }[];
}

/** The home's own calls that would not go on if they moved now, as far as this host can see. */
export interface AtRiskView {
  readonly calls: number | null;
  readonly of: number | null;
  readonly because: string | null;
}

/** `by` to `until` are those of the drain where there is one, else of the degrading, else of the freeze. */
export interface OperatorView {
  readonly drained: boolean;
  readonly frozen: boolean;
  /** Somebody has said that this relay does badly. */
  readonly degraded: boolean;
  readonly by: string | null;
  readonly why: string | null;
  readonly at: string | null;
  readonly until: string | null;
}

export interface SelfView {
  readonly loopDelayMs: number;
  readonly cpuPct: number;
  readonly rssMb: number;
  readonly upSeconds: number;
  readonly guard: GuardState;
  /** Workers of the same guard before this one. */
  readonly workerRestarts: number;
}

/** The last change of rank; milliseconds after the observation that caused it. */
export interface LastFailoverView {
  readonly at: string;
  readonly cause: string;
  readonly changes: readonly { readonly vip: string; readonly from: Rank; readonly to: Rank }[];
  readonly stagesMs: {
    readonly detected: number;
    readonly decided: number;
    readonly commanded: number | null;
    readonly verified: number | null;
  };
  /** What was said to be at risk right before; to be held against what was lost. */
  readonly atRiskBefore: AtRiskView;
}

/** The last time that a home let go of a VIP that this host stands by for. */
export interface TakeoverView {
  readonly vip: string;
  readonly from: string;
  readonly at: string;
  /** What the home said of its relay then. */
  readonly relay: RelayView['state'];
  /** By the home's last word before. */
  readonly callsBefore: number | null;
  readonly atRiskSaid: number | null;
  /** At this relay's first count since; null where it stands by for several homes. */
  readonly callsHeld: number | null;
  /** Calls that ended by themselves in between, a second or two, are among them. */
  readonly callsLost: number | null;
}

/** The running sidecar as the API sees it. */
export interface StatusSource {
  view(): StatusView;
}

/** Takes a person's orders. Only the control socket leads here. */
export interface OperatorDesk {
  /** Refused, with how many calls and why, when it would lose calls and is not forced. */
  drain(order: Order & { readonly force: boolean }): Promise<OrderOutcome>;
  undrain(order: { readonly by: string; readonly why: string }): Promise<OrderOutcome>;
  freeze(order: FreezeOrder): Promise<OrderOutcome>;
  /** Says that this relay does badly: demoted as long as the word stands. */
  degrade(order: Order): Promise<OrderOutcome>;
  restore(order: { readonly by: string; readonly why: string }): Promise<OrderOutcome>;
  unfreeze(order: { readonly by: string; readonly why: string }): Promise<OrderOutcome>;
}

/** What became of an order once the daemon's read-back confirmed it, or did not in time. */
export interface OrderOutcome {
  readonly done: boolean;
  /** Sentences for the person who ordered it. */
  readonly says: readonly string[];
}
