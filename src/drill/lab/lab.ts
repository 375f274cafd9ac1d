import { CallersClient } from '../callers/client.js';
import { callsOn, planCalls } from '../callers/plan.js';
import type { CallPlan } from '../callers/protocol.js';
import { RouteMonitor } from '../measure/route-monitor.js';

import { RELAYS, type HostName, type RelayName } from './addresses.js';
import { readBudget, type ComputedLine } from './computed-budget.js';
import { Host } from './host.js';
import { connectHosts, type Hosts } from './network.js';
import type { LabProcess } from './process.js';
import {
  birdRouter,
  storePrimary,
  type BgpDriver,
  type RelayKind,
  type StoreKind,
} from './programs.js';
import { RelayHost } from './relay-host.js';
import { RunRecord } from './run-record.js';

const HOST_NAMES: readonly HostName[] = ['router', 'caller', 'store', 'relay-a', 'relay-b'];

export interface LabOptions {
  readonly driver: BgpDriver;
  readonly relay: RelayKind;
  readonly store: StoreKind;
  readonly calls: number;
  readonly logDirectory: string;
  readonly activeSwitchover: boolean;
  readonly bare: boolean;
  /** How long a scenario that goes on is to go on; each has a time of its own. */
  readonly lastsMs: number | undefined;
}

/** The pair, its router, its Redis primary and its callers, each on a host of its own. */
export class Lab {
  readonly driver: BgpDriver;
  readonly relay: RelayKind;
  readonly store: StoreKind;
  /** Whose a call is then depends on where it has been; that it is held does not. */
  readonly activeSwitchover: boolean;
  readonly lastsMs: number | undefined;
  readonly hosts: Hosts;
  readonly routes: RouteMonitor;
  readonly relays: Readonly<Record<RelayName, RelayHost>>;
  readonly callers: CallersClient;
  readonly plans: readonly CallPlan[];
  /** Of the run under way. */
  record = new RunRecord();
  #primary: LabProcess;
  readonly #router: LabProcess;
  #budget: Promise<readonly ComputedLine[]> | undefined;

  private constructor(options: LabOptions, hosts: Hosts, routes: RouteMonitor) {
    this.driver = options.driver;
    this.relay = options.relay;
    this.store = options.store;
    this.activeSwitchover = options.activeSwitchover;
    this.lastsMs = options.lastsMs;
    this.hosts = hosts;
    this.routes = routes;
    this.plans = planCalls(options.calls);
    this.relays = {
      'relay-a': new RelayHost(hosts['relay-a'], 'relay-a', options),
      'relay-b': new RelayHost(hosts['relay-b'], 'relay-b', options),
    };
    this.#primary = this.#startPrimary();
    this.#router = hosts.router.start('bird', birdRouter());
    this.callers = new CallersClient(hosts.caller);
  }

  /** Builds the lab and starts everything in it; the calls are not yet set up. */
  static async build(options: LabOptions, signal: AbortSignal): Promise<Lab> {
    const started = await Promise.all(
      HOST_NAMES.map((name) => Host.start(name, options.logDirectory, signal)),
    );
    const hosts = Object.fromEntries(started.map((host) => [host.name, host])) as Hosts;
    await connectHosts(hosts, signal);
    const lab = new Lab(options, hosts, await RouteMonitor.start(hosts.router));
    for (const relay of RELAYS) {
      await lab.relays[relay].prepare();
      lab.relays[relay].startAll();
    }
    return lab;
  }

  get primary(): LabProcess {
    return this.#primary;
  }

  get routerLog(): string {
    return this.#router.logPath;
  }

  restartPrimary(): void {
    if (!this.#primary.running) {
      this.#primary = this.#startPrimary();
    }
  }

  /** How many sessions a relay has of its own, and of its peer, when all is well. */
  expectedSessions(relay: RelayName): { readonly own: number; readonly foreign: number } {
    const [onA, onB] = [callsOn('a', this.plans), callsOn('b', this.plans)];
    return relay === 'relay-a' ? { own: onA, foreign: onB } : { own: onB, foreign: onA };
  }

  /** The worst cases that the file of relay-a's sidecar promises to keep. */
  budget(signal: AbortSignal): Promise<readonly ComputedLine[]> {
    this.#budget ??= readBudget(this.hosts['relay-a'], this.relays['relay-a'].sidecarFile, signal);
    return this.#budget;
  }

  /** Programs that should run and do not. */
  async ended(): Promise<readonly string[]> {
    const shared = [this.#primary, this.#router, this.callers.process];
    const gone = shared.filter((program) => !program.running);
    const said = gone.map(async ({ name, ended }) => `${name} ended with ${await ended}`);
    const onRelays = RELAYS.map((relay) => this.relays[relay].ended());
    return [...(await Promise.all(said)), ...(await Promise.all(onRelays)).flat()];
  }

  #startPrimary(): LabProcess {
    return this.hosts.store.start('primary', storePrimary(this.store));
  }
}
