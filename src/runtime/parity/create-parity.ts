import type { Config } from '../../config/config.js';
import type { State } from '../../domain/machine.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { SessionKeys, SessionLister } from '../../ports/session-parity.js';
import { ParityWatch } from './parity-watch.js';
import { sidesOf, type Side } from './sides.js';

/** Where the sessions of both sides are read. */
export interface ParityDoors {
  readonly lister: SessionLister;
  readonly connect: () => SessionKeys;
}

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly parity?: ParityDoors | undefined;
}

/** A peer tells its word once a second. */
const WORD_AGE_MS_MAX = 5_000;
/** Two counts in a row, so that a busy relay's coming and going does not call for a round. */
const SHORT_COUNTS_MIN = 2;

/** None where there is nothing to compare. */
export function createParity(parts: Parts, state: () => State): readonly ParityWatch[] {
  const { config, clock, log, parity } = parts;
  const { redis } = config;
  const sides = sidesOf(config);
  if (redis === undefined || parity === undefined || sides.length === 0) {
    return [];
  }
  const { repair, parityIntervalMs: intervalMs } = redis;
  const disagree = (): boolean => countsDisagree(state());
  const isAway = ({ of }: Side): boolean => isHomeAway(of, state(), clock.nowMs());
  const asked = { sides, repair, intervalMs, disagree, isAway };
  return [new ParityWatch({ ...parity, ...asked, clock, log })];
}

/** By its own word, or since it has fallen silent. A home that was never heard of is none to judge. */
function isHomeAway(of: string | undefined, { evidence }: State, nowMs: number): boolean {
  const heard = of === undefined ? undefined : evidence.peers[of];
  return (
    heard !== undefined &&
    (heard.word.relay !== 'alive' || nowMs - heard.heardAtMs > WORD_AGE_MS_MAX)
  );
}

function countsDisagree({ evidence }: State): boolean {
  const { home, standby, surplus } = evidence.parity;
  const short = [home, standby].some(({ shortInARow }) => shortInARow >= SHORT_COUNTS_MIN);
  return short || surplus > evidence.callParity.surplusThen;
}
