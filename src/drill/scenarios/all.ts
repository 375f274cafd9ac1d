import { DrillError } from '../errors.js';

import { bgpDeaf, bgpDeafStopped } from './bgp-deaf.js';
import { crashInSetup } from './crash-in-setup.js';
import { degrade, vipMissing } from './degraded.js';
import { relayFlap } from './flap.js';
import { busyHost, ownStall } from './load.js';
import { mediaDead, standbyCannotBind } from './media.js';
import { drain, undrain } from './operator.js';
import { notifyOff, repair, standbyRestart } from './protection.js';
import { redisHang, redisHangTuned } from './redis-hang.js';
import { fullResync, primaryRestartEmpty, sentinelFailover } from './redis-renewal.js';
import { linkCut, primaryPause, replicaDown, replicaPause } from './redis-trouble.js';
import { failback, relayCrash, relayHang } from './relay.js';
import { SCENARIO_NAMES, type Scenario, type ScenarioName } from './scenario.js';
import { telephony } from './telephony.js';
import { bgpCrash, hostDeath, redisPrimaryDeath } from './surroundings.js';
import { doubleFault, guardCrash, sidecarCrash, workerCrash, workerHang } from './worker.js';

const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  'relay-crash': relayCrash,
  'relay-hang': relayHang,
  drain,
  undrain,
  failback,
  'sidecar-crash': sidecarCrash,
  'worker-crash': workerCrash,
  'worker-hang': workerHang,
  'guard-crash': guardCrash,
  'double-fault': doubleFault,
  'bgp-crash': bgpCrash,
  'bgp-deaf': bgpDeaf,
  'bgp-deaf-stopped': bgpDeafStopped,
  'host-death': hostDeath,
  'redis-primary-death': redisPrimaryDeath,
  'relay-flap': relayFlap,
  'own-stall': ownStall,
  'busy-host': busyHost,
  'vip-missing': vipMissing,
  degrade,
  repair,
  'notify-off': notifyOff,
  'standby-restart': standbyRestart,
  'crash-in-setup': crashInSetup,
  'primary-pause': primaryPause,
  'replica-pause': replicaPause,
  'replica-down': replicaDown,
  'link-cut': linkCut,
  'redis-hang': redisHang,
  'redis-hang-tuned': redisHangTuned,
  'primary-restart-empty': primaryRestartEmpty,
  'full-resync': fullResync,
  'sentinel-failover': sentinelFailover,
  telephony,
  'media-dead': mediaDead,
  'standby-cannot-bind': standbyCannotBind,
};

/** Every scenario with what it does, in the order in which `all` runs them. */
export function listScenarios(): readonly Pick<Scenario, 'name' | 'summary'>[] {
  return SCENARIO_NAMES.map((name) => ({ name, summary: SCENARIOS[name].summary }));
}

/** The scenarios that a name stands for: one, or every one for `all`. */
export function scenariosFor(name: string): readonly Scenario[] {
  if (name === 'all') {
    return SCENARIO_NAMES.map((each) => SCENARIOS[each]);
  }
  const found = SCENARIO_NAMES.find((each) => each === name);
  if (found === undefined) {
    const known = SCENARIO_NAMES.join(', ');
    throw new DrillError('unknown-scenario', `no scenario ${name}; there are ${known} and all`);
  }
  return [SCENARIOS[found]];
}
