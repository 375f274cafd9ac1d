// What the core remembered, read from the state file. A drain must not be forgotten, so a broken order
// keeps the sidecar from starting; a broken memory must not, so it is left out and told of.

import type { DisabledNeighbour } from '../../domain/escalation.js';
import type { HoldOff } from '../../domain/hold-off.js';
import { NOTHING_REMEMBERED, type Memory } from '../../domain/memory.js';

/** More than any configuration has. */
const ENTRIES_MAX = 1_000;

export interface ParsedMemory {
  readonly memory: Memory;
  /** What was left out, in words. */
  readonly complaints: readonly string[];
}

/** `value` is whatever stands under `memory`; undefined in a file of an earlier version. */
export function parseMemory(value: unknown, nowMs: number): ParsedMemory {
  if (value === undefined) {
    return { memory: NOTHING_REMEMBERED, complaints: [] };
  }
  if (!isFields(value)) {
    return { memory: NOTHING_REMEMBERED, complaints: ['the memory is no object'] };
  }
  const holdOffs = Object.entries(fieldsOr(value['holdOffs'])).slice(0, ENTRIES_MAX);
  const neighbours = listOr(value['disabledNeighbours']).slice(0, ENTRIES_MAX);
  const known = holdOffs.filter(([, each]) => isHoldOff(each, nowMs));
  return {
    memory: {
      holdOffs: Object.fromEntries(known.map(([name, each]) => [name, readHoldOff(each)])),
      disabledNeighbours: neighbours.filter(isDisabledNeighbour),
    },
    complaints: [
      ...holdOffs
        .filter((entry) => !known.includes(entry))
        .map(([name]) => `the falls of VIP ${name} are unreadable, or from the future`),
      ...(neighbours.every(isDisabledNeighbour) ? [] : ['a neighbour held down is unreadable']),
    ],
  };
}

function isHoldOff(value: unknown, nowMs: number): value is HoldOff {
  return (
    isFields(value) &&
    isCount(value['strikes']) &&
    isCount(value['penalty']) &&
    isCount(value['penaltyAtMs']) &&
    value['penaltyAtMs'] <= nowMs &&
    (value['lastFallAtMs'] === undefined ||
      (isCount(value['lastFallAtMs']) && value['lastFallAtMs'] <= nowMs))
  );
}

/** JSON leaves out what is undefined; an earlier version did not say whether it still falls. */
function readHoldOff(value: unknown): HoldOff {
  const { strikes, penalty, penaltyAtMs, lastFallAtMs, ...rest } = value as HoldOff;
  const { falling } = rest as Readonly<Record<string, unknown>>;
  return {
    strikes,
    lastFallAtMs,
    falling: falling === true,
    penalty,
    penaltyAtMs,
  };
}

function isDisabledNeighbour(value: unknown): value is DisabledNeighbour {
  return (
    isFields(value) &&
    typeof value['neighbour'] === 'string' &&
    isCount(value['atMs']) &&
    (value['because'] === 'silent' || value['because'] === 'differs')
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function fieldsOr(value: unknown): Readonly<Record<string, unknown>> {
  return isFields(value) ? value : {};
}

function listOr(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
