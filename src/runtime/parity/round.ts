// One round: compare, repair what a standby lacks, and tell what was found and done.

import type { ParityObservation, RepairObservation } from '../../domain/evidence.js';
import type { Clock } from '../../ports/clock.js';
import type { SessionKeys, SessionLister } from '../../ports/session-parity.js';
import { compare, type Compared } from './compare.js';
import type { EndedHere } from './ended-here.js';
import type { Incurable } from './incurable.js';
import type { ParityLog } from './parity-log.js';
import { repair } from './repair.js';
import type { Side } from './sides.js';
import { tryOne } from './trial.js';

export type ParityListener = (observation: ParityObservation | RepairObservation) => void;

export interface RoundParts {
  readonly sides: readonly Side[];
  readonly lister: SessionLister;
  readonly repair: 'off' | 'report' | 'on';
  readonly clock: Clock;
  /** The home of the side is known to be gone or silent. */
  readonly isAway: (side: Side) => boolean;
}

export interface Round extends RoundParts {
  readonly keys: SessionKeys;
  readonly incurable: Incurable;
  readonly endedHere: EndedHere;
  readonly log: ParityLog;
  readonly hearEvents: (setting: string | undefined) => void;
  readonly listener: ParityListener;
}

const SAMPLES_MAX = 5;

export async function runRound(round: Round, signal: AbortSignal): Promise<void> {
  const { keys } = round;
  const before = await keys.standing(signal);
  if (!before.inStep) {
    return;
  }
  round.hearEvents(await keys.notifiedEvents(signal));
  const compared = await compare(round.sides, round, signal);
  const after = await keys.standing(signal);
  // A replica that was cut off or loaded anew in between showed neither the one state nor the other.
  if (!after.inStep || after.primary !== before.primary) {
    return;
  }
  for (const each of compared.map((found) => leaveOutEnded(found, round))) {
    tell(each, round);
    await repairSide(each, { round, readOnly: after.readOnly }, signal);
  }
}

function leaveOutEnded(compared: Compared, { endedHere, isAway }: Round): Compared {
  const { side } = compared;
  return side.kind === 'home' ? compared : endedHere.without(compared, isAway(side));
}

async function repairSide(
  compared: Compared,
  { round, readOnly }: { readonly round: Round; readonly readOnly: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { clock, incurable, log } = round;
  const { side } = compared;
  const callIds = compared.missing.filter((each) => incurable.isWorthwhile(each, clock.nowMs()));
  if (side.kind === 'home' || round.repair === 'off' || callIds.length === 0) {
    return;
  }
  if (round.repair === 'report' || !readOnly) {
    log.repairable(side, callIds.length, readOnly);
    return;
  }
  const trial = await tryOne({ side, callIds }, round, signal);
  if (trial.outcome === 'failed') {
    incurable.note(trial.callId === undefined ? [] : [trial.callId], clock.nowMs());
    log.unrestorable(side, callIds.length);
    return;
  }
  const { healed, left, unheard, ...done } = await repair({ side, callIds }, round, signal);
  const published = done.published + (trial.outcome === 'restored' ? trial.told : 0);
  incurable.note(left, clock.nowMs());
  log.repaired(side, { published, healed, left: left.length, unheard });
  const { database } = side;
  round.listener({ kind: 'repair', atMs: clock.nowMs(), database, published, healed });
  const stillMissing = compared.missing.filter((each) => !callIds.includes(each));
  tell({ ...compared, missing: [...stillMissing, ...left] }, round);
}

function tell({ side, expected, missing, extra }: Compared, round: Round): void {
  const found: ParityObservation = {
    kind: 'parity',
    atMs: round.clock.nowMs(),
    side: side.kind,
    database: side.database,
    expected,
    held: Math.max(0, expected - missing.length),
    missing: missing.length,
    extra: extra.length,
    samples: missing.slice(0, SAMPLES_MAX),
  };
  round.log.found(side, found);
  round.listener(found);
}
