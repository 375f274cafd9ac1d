// The running sidecar: the loop with its status, its desk for a person's orders and its goodbye.

import type { Config } from '../config/config.js';
import type { BgpSpeaker } from '../ports/bgp-speaker.js';
import type { Clock } from '../ports/clock.js';
import type { DaemonStopper } from '../ports/daemon-stopper.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import type { OperatorRecord } from '../ports/operator-record.js';
import type { PeerExchange } from '../ports/peer-exchange.js';
import type { RelayProbe } from '../ports/relay-probe.js';
import type { SettingsReader } from '../ports/relay-settings.js';
import type { SelfMeter } from '../ports/self-meter.js';
import type { SessionStore, StoreWitness } from '../ports/session-store.js';
import type { DangerView, OperatorDesk, StatusSource } from '../ports/status-view.js';
import { JournalKeeper } from './journal/keeper.js';
import { Loop } from './loop.js';
import { createOperatorDesk } from './operator-desk.js';
import { watchPeers } from './watch-peers.js';
import { createParity, type ParityDoors } from './parity/create-parity.js';
import { policyFrom } from './policy.js';
import { rehearse } from './rehearse.js';
import { createSettingsWatch } from './relay-settings/settings-watch.js';
import { viewStatus } from './status/status-view.js';

export interface SidecarParts {
  readonly config: Config;
  readonly version: string;
  readonly speaker: BgpSpeaker;
  readonly probes: readonly RelayProbe[];
  readonly store: SessionStore | undefined;
  readonly storeWitness?: StoreWitness | undefined;
  readonly record: OperatorRecord;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: SelfMeter;
  readonly stopper?: DaemonStopper | undefined;
  readonly journal?: Journal | undefined;
  /** Undefined where sessions cannot be compared by Call-ID. */
  readonly parity?: ParityDoors | undefined;
  readonly peers?: PeerExchange | undefined;
  /** Undefined where the relay does not tell its settings. */
  readonly settings?: SettingsReader | undefined;
}

export interface Sidecar extends StatusSource {
  readonly desk: OperatorDesk;
  /** Starts watching; nothing has been looked at or touched before. */
  start(): void;
  /** Says goodbye, as `on-stop` asks unless told otherwise, then ends every watcher. */
  stop(how?: Config['onStop']): Promise<void>;
  /** After `stop`, when no other sidecar is to follow: takes away what is kept in the relay. */
  leave(): Promise<void>;
}

/** The goodbye is confirmed within this time or the sidecar goes without. */
const GOODBYE_MS_MAX = 2_000;

/** Loads what a person ordered. Rejects when that cannot be read: a drain must not be forgotten. */
export async function createSidecar(parts: SidecarParts): Promise<Sidecar> {
  const { config, clock, log, record, version } = parts;
  const policy = policyFrom(config);
  rehearse(policy);
  const { journal } = parts;
  const { node } = config;
  const keeper = journal && new JournalKeeper({ journal, policy, node, version });
  const loop = new Loop({ ...parts, policy, keeper }, await record.load(), await record.recall());
  const settings = createSettingsWatch(parts, () => loop.state);
  const parity = createParity(parts, () => loop.state);
  const watchers = [...parity, ...watchPeers({ ...parts, policy }, () => loop.state), ...settings];
  return {
    start: () => {
      parts.meter.start();
      loop.start(watchers);
      log.info({ event: 'started', version, onStop: config.onStop }, 'watching');
    },
    view: () => {
      loop.catchUp();
      return viewStatus({
        config,
        policy,
        version,
        state: loop.state,
        lastDecision: loop.book.last,
        lastTakeover: loop.lastTakeover,
        cutOff: loop.cutOff,
        servers: parts.storeWitness?.view(),
        dangers: allDangers(settings[0]?.dangers, parity[0]?.dangers),
        self: parts.meter.read(),
        nowMs: clock.nowMs(),
      });
    },
    desk: createOperatorDesk({ config, policy, loop, record, clock, log }),
    stop: (how = config.onStop) => stop(parts, loop, how),
    leave: () => leave(parts),
  };
}

/** Of the relay, once it has told, and of the replica that it listens to. */
function allDangers(
  ofRelay: readonly DangerView[] | undefined,
  ofReplica: readonly DangerView[] = [],
): readonly DangerView[] | undefined {
  return ofRelay === undefined && ofReplica.length === 0
    ? undefined
    : [...(ofRelay ?? []), ...ofReplica];
}

/** Sure to end: a relay that does not answer is left as it is. */
async function leave({ probes, log }: SidecarParts): Promise<void> {
  const { signal } = new AbortController();
  const left = await Promise.allSettled(probes.map(async (probe) => probe.depart?.(signal)));
  for (const each of left) {
    if (each.status === 'rejected') {
      log.warn({ event: 'left-behind' }, `left behind at the relay: ${String(each.reason)}`);
    }
  }
}

async function stop(
  { clock, log, meter }: SidecarParts,
  loop: Loop,
  how: Config['onStop'],
): Promise<void> {
  if (how !== 'hold') {
    loop.observe({ kind: 'stopping', atMs: clock.nowMs(), how });
    const confirmed = await loop.until(
      (state) => state.convergence.phase === 'verified',
      GOODBYE_MS_MAX,
    );
    const fields = { event: 'goodbye', onStop: how, confirmed };
    log.info(fields, confirmed ? 'said goodbye' : 'said goodbye, not confirmed');
  }
  await loop.stop();
  meter.stop();
  log.info({ event: 'stopped' }, 'stopped; what is announced stays');
}
