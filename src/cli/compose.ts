// The only file that names concrete adapters: which class stands behind which port.

import { pino } from 'pino';

import { BirdSpeaker } from '../adapters/bgp/bird/bird-speaker.js';
import { renderBird } from '../adapters/bgp/bird/render.js';
import { DryRunSpeaker } from '../adapters/bgp/dry-run/dry-run-speaker.js';
import { renderBfdCompanion } from '../adapters/bgp/gobgp/render-bfd-companion.js';
import { renderGobgp } from '../adapters/bgp/gobgp/render.js';
import { createFileJournal } from '../adapters/journal/file-journal.js';
import { journalReader } from '../adapters/journal/journal-reader.js';
import { inspectRedis } from '../adapters/redis/inspect.js';
import { RedisClients } from '../adapters/redis/redis-clients.js';
import { createRedisPeers } from '../adapters/redis/redis-peers.js';
import { createRedisStore, type WayWitness } from '../adapters/redis/redis-store.js';
import { createSessionKeys } from '../adapters/redis/session-keys.js';
import { createCanaryProbe } from '../adapters/relay/canary/canary-probe.js';
import { createForeignCanaryProbe } from '../adapters/relay/canary/foreign-canaries.js';
import { createFileProbe } from '../adapters/relay/condition/file-probe.js';
import { addressesNotHere } from '../adapters/relay/condition/local-addresses.js';
import { createVipProbe } from '../adapters/relay/condition/vip-probe.js';
import { createExecProbe } from '../adapters/relay/exec/exec-probe.js';
import { createHoldOpenProbe } from '../adapters/relay/hold-open/hold-open-probe.js';
import { createHttpProbe } from '../adapters/relay/http/http-probe.js';
import { createNgProbe } from '../adapters/relay/ng/ng-probe.js';
import { createSessionLister } from '../adapters/relay/rtpengine-cli/session-lister.js';
import { createSettingsReader } from '../adapters/relay/rtpengine-cli/settings-reader.js';
import { createTcpProbe } from '../adapters/relay/tcp/tcp-probe.js';
import { systemClock } from '../adapters/system/clock.js';
import { createOperatorFile } from '../adapters/system/operator-file.js';
import { createStopCommand } from '../adapters/system/stop-command.js';
import { createSelfMeter } from '../adapters/system/self-meter.js';
import { homesStoodByFor, planCanary } from '../config/canary-plan.js';
import type { Config, HostPort } from '../config/config.js';
import { RenderError } from '../config/render-error.js';
import { COMMAND_MS_MAX } from '../domain/budget.js';
import { canaryCallId } from '../domain/canary-call.js';
import type { BgpSpeaker } from '../ports/bgp-speaker.js';
import type { GuardLink } from '../ports/guard.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import type { PeerExchange } from '../ports/peer-exchange.js';
import type { OperatorRecord } from '../ports/operator-record.js';
import type { RelayProbe } from '../ports/relay-probe.js';
import type { SettingsReader } from '../ports/relay-settings.js';
import type { SessionStore, StoreWitness } from '../ports/session-store.js';
import type { ParityDoors } from '../runtime/parity/create-parity.js';
import { witnessPrimary } from '../runtime/primary-witness.js';
import type { DangerView } from '../ports/status-view.js';
import { dangersIn } from '../runtime/relay-settings/dangers.js';
import { createSidecar } from '../runtime/sidecar.js';
import type { WithdrawalParts } from '../runtime/withdraw-everything.js';
import { CommandError, EXIT } from './exit.js';
import type { ServiceParts } from './service.js';
import { VERSION } from './version.js';

/** Lines that wait for a slow reader of the log; beyond it lines are lost, never time. */
const LOG_BYTES_MAX = 1_048_576;

/** A primary that leaves a beat unanswered for longer may hang, and the relay with it if it writes. */
const OWED_MS_MAX = 50;

/** A sidecar that looks at nothing and touches nothing before it is started. */
export async function compose(config: Config, guard: GuardLink): Promise<ServiceParts> {
  const log = createLog(config);
  const meter = createSelfMeter(guard);
  const clients = config.redis && new RedisClients(config.redis);
  const peers = createPeers(config, clients, log);
  const redis = createStore(config, clients, peers);
  const { store, primaryAnswers } = witnessPrimary(redis);
  const mayWrite = (): boolean => primaryAnswers() && (peers?.primaryOwesMs() ?? 0) < OWED_MS_MAX;
  const sidecar = await createSidecar({
    config,
    version: VERSION,
    speaker: await createSpeaker(config, log),
    probes: [...createProbes(config, log, mayWrite), ...createConditionProbes(config, log)],
    store,
    peers,
    storeWitness: redis,
    record: createState(config, log),
    clock: systemClock,
    log,
    meter,
    stopper: config.bgp.stopCommand && createStopCommand(config.bgp.stopCommand),
    journal: createJournal(config, log),
    parity: createParity(config, clients),
    settings: createSettings(config),
  });
  return { config, clock: systemClock, log, sidecar };
}

/** What the guard's last resort needs, and nothing that watches. */
export async function composeWithdrawal(config: Config): Promise<WithdrawalParts> {
  const log = createLog(config);
  return { config, log, speaker: await createSpeaker(config, log) };
}

export { addressesNotHere, inspectRedis, journalReader };

const RENDERERS = {
  bird: renderBird,
  gobgp: renderGobgp,
  'gobgp-bfd': renderBfdCompanion,
} as const;

export type RenderedDaemon = keyof typeof RENDERERS;

/** The whole configuration of the daemon that fits this holdline.yaml. Throws CommandError. */
export function renderFor(daemon: RenderedDaemon, config: Config): string {
  try {
    return RENDERERS[daemon](config);
  } catch (error) {
    if (error instanceof RenderError) {
      throw new CommandError(EXIT.usage, error.message, { cause: error });
    }
    throw error;
  }
}

function createLog(config: Config): Log {
  // Written in the background: a reader that stops reading must not stop the sidecar.
  const destination = pino.destination({ dest: 1, sync: false, maxLength: LOG_BYTES_MAX });
  return pino({ level: config.log.level, base: { node: config.node } }, destination);
}

function createState({ state }: Config, log: Log): OperatorRecord {
  const onTrouble = (sentence: string): void => log.warn({ event: 'state' }, sentence);
  return createOperatorFile({ path: state.path, clock: systemClock, onTrouble });
}

function createJournal({ journal }: Config, log: Log): Journal | undefined {
  const onTrouble = (sentence: string): void => log.warn({ event: 'journal' }, sentence);
  return journal && createFileJournal({ ...journal, onTrouble });
}

async function createSpeaker(config: Config, log: Log): Promise<BgpSpeaker> {
  const { vips, bgp } = config;
  const common = { vips, rankBy: bgp.rankBy, clock: systemClock, commandMsMax: COMMAND_MS_MAX };
  switch (bgp.driver) {
    case 'bird':
      return new BirdSpeaker({
        ...common,
        socketPath: required(bgp.bird, 'bgp.bird').socketPath,
        neighbours: bgp.neighbours,
      });
    case 'gobgp': {
      // gRPC costs memory and time to load; only who drives GoBGP pays for it.
      const { createGobgpSpeaker } = await import('../adapters/bgp/gobgp/speaker.js');
      return createGobgpSpeaker({
        ...common,
        address: required(bgp.gobgp, 'bgp.gobgp').address,
        localAs: bgp.localAs,
        nextHop: bgp.nextHop,
        neighbours: bgp.neighbours.map((neighbour) => neighbour.address),
      });
    }
    case 'dry-run':
      return new DryRunSpeaker({
        ...common,
        localAs: bgp.localAs,
        neighbours: bgp.neighbours,
        say: (sentence) => log.info({ event: 'dry-run' }, sentence),
      });
  }
}

function createProbes(config: Config, log: Log, mayWrite: () => boolean): readonly RelayProbe[] {
  const { relay } = config;
  const common = { ping: relay.ping, clock: systemClock };
  const held =
    relay.holdOpen === undefined
      ? []
      : [
          createHoldOpenProbe({
            target: relay.holdOpen,
            pidFile: relay.pidFile,
            clock: systemClock,
          }),
        ];
  const onTrouble = (detail: string): void => log.warn({ event: 'sessions-unknown' }, detail);
  switch (relay.kind) {
    case 'rtpengine':
    case 'ng': {
      const target = required(relay.ng, 'relay.ng');
      // The canary before the ping: its packet comes out while the ping is answered, and one
      // wake-up hears both.
      const canaries = createCanaries(config, target, { log, mayWrite });
      return [...held, ...canaries, createNgProbe({ ...common, target, onTrouble })];
    }
    case 'http':
      return [...held, createHttpProbe({ ...common, url: required(relay.url, 'relay.url') })];
    case 'tcp':
      return [...held, createTcpProbe({ ...common, target: required(relay.tcp, 'relay.tcp') })];
    case 'exec': {
      const command = required(relay.command, 'relay.command');
      return [...held, createExecProbe({ ...common, command })];
    }
  }
}

/** The call that is kept at home, and the look for those of the homes that are stood by for. */
function createCanaries(
  config: Config,
  target: HostPort,
  { log, mayWrite }: { readonly log: Log; readonly mayWrite: () => boolean },
): readonly RelayProbe[] {
  const { node, relay } = config;
  const homes = homesStoodByFor(config);
  const { address } = planCanary(config);
  const own = {
    target,
    callId: canaryCallId(node),
    intervalMs: relay.canary.intervalMs,
    deadlineMs: relay.ping.deadlineMs,
    clock: systemClock,
    mayWrite,
    say: (sentence: string): void => log.info({ event: 'canary' }, sentence),
  };
  return [
    ...(address === undefined ? [] : [createCanaryProbe({ ...own, vipAddress: address })]),
    ...(homes.length === 0
      ? []
      : [createForeignCanaryProbe({ target, homes, clock: systemClock })]),
  ];
}

/** What degrades a relay that answers. */
function createConditionProbes({ relay, vips }: Config, log: Log): readonly RelayProbe[] {
  const onTrouble = (detail: string): void => log.warn({ event: 'degraded-file' }, detail);
  const { degradedFile: path } = relay;
  return [
    ...(relay.degraded.vipMissing ? [createVipProbe({ vips, clock: systemClock })] : []),
    ...(path === undefined ? [] : [createFileProbe({ path, clock: systemClock, onTrouble })]),
  ];
}

function createStore(
  { vips }: Config,
  clients: RedisClients | undefined,
  way: WayWitness | undefined,
): (SessionStore & StoreWitness) | undefined {
  const databases = vips.flatMap(({ database }) => (database === undefined ? [] : [database]));
  return clients && createRedisStore({ clients, databases, clock: systemClock, way });
}

function createPeers(
  { redis, node, vips }: Config,
  clients: RedisClients | undefined,
  log: Log,
): (PeerExchange & WayWitness) | undefined {
  return (
    redis &&
    clients &&
    createRedisPeers({
      clients,
      database: redis.database,
      node,
      vips,
      clock: systemClock,
      onTrouble: (detail) => log.warn({ event: 'peers' }, detail),
    })
  );
}

function createSettings({ relay }: Config): SettingsReader | undefined {
  return relay.kind === 'rtpengine' && relay.cli !== undefined
    ? createSettingsReader(relay.cli)
    : undefined;
}

/** For a person who asks, and now: what is dangerous in the settings of the relay that runs. */
export async function inspectRelay(
  config: Config,
  signal: AbortSignal,
): Promise<readonly DangerView[] | undefined> {
  const settings = await createSettings(config)?.read(signal);
  return settings && dangersIn(settings);
}

function createParity(
  { relay }: Config,
  clients: RedisClients | undefined,
): ParityDoors | undefined {
  if (clients === undefined || relay.cli === undefined) {
    return undefined;
  }
  return {
    lister: createSessionLister(relay.cli),
    connect: () => createSessionKeys(clients),
  };
}

/** The rules of the configuration have seen to it; a gap here is a fault of ours. */
function required<T>(value: T | undefined, key: string): T {
  if (value === undefined) {
    throw new Error(`${key} is missing although the configuration was accepted`);
  }
  return value;
}
