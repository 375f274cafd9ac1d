// Takes a person's orders: kept on disk first, carried out, and answered when the daemon's
// read-back confirms them.

import type { Config } from '../config/config.js';
import { whyNoRoom } from '../domain/capacity.js';
import type { OperatorState } from '../domain/evidence.js';
import type { State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';
import { rankName } from '../domain/rank.js';
import { REASONS, sayVerdict } from '../domain/reasons.js';
import { callsAtRisk } from '../domain/risk.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { OperatorRecord } from '../ports/operator-record.js';
import type { OperatorDesk, OrderOutcome } from '../ports/status-view.js';
import type { Loop } from './loop.js';

/** An order is answered after this long even if the daemon has not confirmed it. */
const CONFIRM_MS_MAX = 3_000;

export interface DeskParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly loop: Loop;
  readonly record: OperatorRecord;
  readonly clock: Clock;
  readonly log: Log;
}

export function createOperatorDesk(parts: DeskParts): OperatorDesk {
  const { log, clock } = parts;
  const note = (order: string, details: { readonly by: string }): void =>
    log.info({ event: 'operator', order, ...details }, `${details.by} says ${order}`);
  return {
    drain: async ({ force, ...order }) => {
      note('drain', { ...order, ...(force ? { force } : {}) });
      const refusal = force ? undefined : refuseDrain(parts);
      return refusal === undefined
        ? carryOut(parts, { ...standing(parts), drained: order })
        : { done: false, says: [refusal] };
    },
    undrain: (order) => {
      note('undrain', order);
      const releasedAtMs = clock.nowMs();
      return carryOut(parts, { ...standing(parts), drained: undefined, releasedAtMs });
    },
    freeze: (order) => {
      note('freeze', order);
      return carryOut(parts, { ...standing(parts), frozen: order });
    },
    degrade: (order) => {
      note('degrade', order);
      return carryOut(parts, { ...standing(parts), degraded: order });
    },
    restore: (order) => {
      note('restore', order);
      return carryOut(parts, { ...standing(parts), degraded: undefined });
    },
    unfreeze: (order) => {
      note('unfreeze', order);
      return carryOut(parts, { ...standing(parts), frozen: undefined });
    },
  };
}

function standing({ loop }: DeskParts): OperatorState {
  return loop.state.evidence.operator;
}

/** The sentence that refuses a drain which could lose calls; undefined when it could not. */
function refuseDrain({ loop, policy, clock, log }: DeskParts): string | undefined {
  const nowMs = clock.nowMs();
  const { calls, of, because } = callsAtRisk(loop.state.evidence, policy, nowMs);
  if (calls === 0) {
    return refuseOverload({ loop, policy, log }, nowMs);
  }
  const how = calls === undefined || of === undefined ? 'calls' : `${calls} of ${of} calls`;
  const refusal =
    `Refused: ${how} could be lost, since ${because ?? 'nothing is known of them'}. ` +
    '`--force` drains all the same.';
  log.warn({ event: 'drain-refused', calls, of, because }, refusal);
  return refusal;
}

/** The calls would go on, but at a relay that has no room for them. */
function refuseOverload(
  { loop, policy, log }: Pick<DeskParts, 'loop' | 'policy' | 'log'>,
  nowMs: number,
): string | undefined {
  const overload = whyNoRoom(loop.state.evidence, policy, nowMs);
  if (overload === undefined) {
    return undefined;
  }
  const refusal = `Refused: ${overload}. \`--force\` drains all the same.`;
  log.warn({ event: 'drain-refused', overload }, refusal);
  return refusal;
}

async function carryOut(parts: DeskParts, operator: OperatorState): Promise<OrderOutcome> {
  const { loop, record, clock, config } = parts;
  const unsaved = await record.save(operator).then(
    () => [],
    (error: unknown) => [`The order is not kept over a restart: ${messageOf(error)}.`],
  );
  loop.observe({ kind: 'operator', atMs: clock.nowMs(), operator });
  const confirmed = await loop.until(isConfirmed, CONFIRM_MS_MAX);
  return {
    done: confirmed && unsaved.length === 0,
    says: [
      ...describeVips(config, loop.state),
      ...unsaved,
      confirmed
        ? 'Every established neighbour is sent exactly this.'
        : 'Not confirmed: no established neighbour, or the BGP daemon does not answer.',
    ],
  };
}

function isConfirmed(state: State): boolean {
  return state.convergence.phase === 'verified';
}

function describeVips(config: Config, state: State): readonly string[] {
  return config.vips.map((vip) => {
    const known = state.vips[vip.name];
    if (known?.rank === undefined) {
      return `${vip.name}: ${REASONS.starting}`;
    }
    const rises =
      known.risesAtMs === undefined ? '' : ` It may rise at ${sayClock(known.risesAtMs)}.`;
    const name = rankName(vip.role, known.rank);
    const rank = known.rank === 'withdrawn' ? '' : `, rank ${known.rank}`;
    return `${vip.name}: ${name}${rank}. ${sayVerdict(known.reason, known.rank)}${rises}`;
  });
}

/** `2026-11-22 11:50:10 UTC`, as on the status page. */
function sayClock(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
