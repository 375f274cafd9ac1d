import type { Policy, Remedy } from '../../src/domain/policy.js';
import type { DesiredRoute, Vip } from '../../src/domain/route.js';
import { POLICY } from '../domain/story.js';
import { SimDaemon } from './daemon.js';
import { SimHost, type CreateLoop } from './host.js';
import { Random } from './random.js';
import { SimRelay } from './relay.js';
import { SimRouter } from './router.js';
import type { Profile, Scenario } from './scenario.js';
import { SimPrimary, SimReplica } from './store.js';
import { VirtualTime } from './virtual-time.js';

const CALLS = 20;
const CHURN_INTERVAL_MS = 2_000;
const SWEEP_INTERVAL_MS = 3_000;

/** After the primary was gone no calls come or go until every replica has found it again. */
const CHURN_REST_MS = 2_500;

export interface Obeyed {
  readonly host: SimHost;
  readonly route: DesiredRoute;
}

export class World {
  readonly time = new VirtualTime();
  readonly profile: Profile;
  readonly hosts: readonly SimHost[];
  readonly primary = new SimPrimary();
  readonly router: SimRouter;
  readonly random: Random;
  /** What happened, in words, in order. */
  readonly story: string[] = [];
  onObeyed: (host: SimHost, route: DesiredRoute) => void = () => undefined;
  onCutOff: (host: SimHost, how: Remedy) => void = () => undefined;
  slowNetworks = 0;
  slowUntilMs = -Infinity;

  constructor({ seed, profile }: Scenario, createLoop: CreateLoop) {
    this.profile = profile;
    this.random = new Random(seed + 0.5);
    this.router = new SimRouter(this.say);
    this.hosts = Array.from({ length: profile.hosts }, (_, index) =>
      this.#createHost(index, createLoop),
    );
    for (const host of this.hosts) {
      this.#settleHost(host);
    }
    this.#everyMs(CHURN_INTERVAL_MS, () => this.#churn());
    this.#everyMs(SWEEP_INTERVAL_MS, () => {
      for (const host of this.hosts) {
        host.replica.follow();
        host.restoreSessions();
      }
    });
  }

  readonly say = (text: string): void => {
    this.story.push(`${this.time.sinceStartMs.toFixed(1).padStart(9)} ms  ${text}`);
  };

  /** The hosts that may serve a prefix, the home first. */
  hostsOf(vipIndex: number): readonly SimHost[] {
    const { hosts, standbys } = this.profile;
    return Array.from({ length: standbys + 1 }, (_, order) => {
      return this.hosts[(vipIndex + order) % hosts]!;
    });
  }

  /** Brings up the replica's link once nothing is in its way, as a replica does: within seconds. */
  reconnectReplica(host: SimHost): void {
    this.time.after(this.random.between(200, 1_500), () => {
      if (host.replica.linkPossible && host.deaths === 0) {
        host.replica.linkUp = true;
        host.replica.follow();
      }
    });
  }

  /** A relay that has just been started finds its sessions in Redis. */
  startRelay(host: SimHost): void {
    if (host.relay.start()) {
      const { bornAtMs } = host.relay;
      this.time.after(this.random.between(100, 800), () => {
        if (host.relay.bornAtMs === bornAtMs) {
          host.restoreSessions();
        }
      });
    }
  }

  #createHost(index: number, createLoop: CreateLoop): SimHost {
    const { time, random, router } = this;
    const networkDelayMs = (): number =>
      this.slowNetworks > 0 ? random.between(20, 300) : random.between(0.5, 3);
    return new SimHost({
      index,
      time,
      random,
      createLoop,
      policy: policyOf(index, this.profile),
      holdsOpen: this.profile.holdsOpen,
      relay: new SimRelay(time),
      replica: new SimReplica(time, this.primary),
      daemon: new SimDaemon({ host: index, time, random, router, networkDelayMs }),
      say: this.say,
      peersOf: (host) => this.#peersOf(host),
      onObeyed: (host, route) => this.onObeyed(host, route),
      onCutOff: (host, how) => this.onCutOff(host, how),
    });
  }

  #peersOf({ index }: SimHost): readonly SimHost[] {
    const shared = this.hosts.flatMap((_, home) => {
      const hosts = this.hostsOf(home);
      return hosts.some((host) => host.index === index) ? hosts : [];
    });
    return [...new Set(shared)].filter((host) => host.index !== index);
  }

  /** As it is when nothing has been wrong for long. */
  #settleHost(host: SimHost): void {
    this.primary.sizes.set(host.home.name, CALLS);
    for (const { name, prefixes, role } of host.policy.vips) {
      host.replica.sizes.set(name, CALLS);
      host.relay.sessions.set(name, CALLS);
      for (const prefix of prefixes) {
        host.daemon.set(prefix, { rank: role.kind === 'home' ? 0 : role.order, foreign: false });
      }
    }
    this.time.after(1, () => host.startSidecar());
  }

  #churn(): void {
    const rested = this.time.nowMs - this.primary.troubledAtMs > CHURN_REST_MS;
    const index = this.random.whole(0, this.hosts.length - 1);
    const home = this.hosts[index]!;
    if (!this.primary.answers || !rested || !home.relay.serving) {
      return;
    }
    const { name } = home.home;
    const calls = Math.max(1, (this.primary.sizes.get(name) ?? 0) + this.random.whole(-2, 2));
    this.primary.sizes.set(name, calls);
    for (const host of this.hostsOf(index)) {
      host.replica.follow();
      if (host === home || (host.relay.serving && host.replica.linkUp && host.replica.lags === 0)) {
        host.relay.sessions.set(name, calls);
      }
    }
  }

  #everyMs(intervalMs: number, work: () => void): void {
    this.time.after(intervalMs, () => {
      work();
      this.#everyMs(intervalMs, work);
    });
  }
}

export function vipName(index: number): string {
  return `v${index}`;
}

export function prefixesOf(index: number): readonly string[] {
  const v4 = `10.99.${index >> 8}.${index & 255}/32`;
  return index % 2 === 0 ? [v4, `2001:db8:99::${index.toString(16)}/128`] : [v4];
}

/** The VIP whose home this host is, then those that it is a standby for. */
function policyOf(index: number, { hosts, standbys, settleMs, maxHoldMs }: Profile): Policy {
  const vips = Array.from({ length: standbys + 1 }, (_, order): Vip => {
    const of = (index - order + hosts) % hosts;
    const role =
      order === 0
        ? { kind: 'home' as const, standbys }
        : { kind: 'standby' as const, of: `relay-${of}`, order, standbys };
    return { name: vipName(of), prefixes: prefixesOf(of), role, database: of + 1 };
  });
  const degraded = { pingMs: 20, errorShare: 0.5, forMs: 1_000 };
  const remedies = ['disable-neighbour', 'stop-command'] as const;
  return {
    ...POLICY,
    degraded,
    node: `relay-${index}`,
    hearsPeers: true,
    vips,
    settleMs,
    maxHoldMs,
    remedies,
    neighbours: ['router'],
  };
}
