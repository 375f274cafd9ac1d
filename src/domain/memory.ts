// What the core must know again after a restart of the sidecar, beside a person's orders: the falls
// that make a return wait, and the neighbours that are down by our hand. Without it a relay that
// dies again and again would escape its hold-off whenever the sidecar is started anew.

import type { DisabledNeighbour, Escalation } from './escalation.js';
import type { HoldOff } from './hold-off.js';
import { NO_FALLS } from './hold-off.js';
import type { VipState } from './verdict.js';

export interface Memory {
  /** By VIP name; those that never fell are left out. */
  readonly holdOffs: Readonly<Record<string, HoldOff>>;
  readonly disabledNeighbours: readonly DisabledNeighbour[];
}

interface Remembered {
  readonly vips: Readonly<Record<string, VipState>>;
  readonly escalation: Escalation;
}

export const NOTHING_REMEMBERED: Memory = { holdOffs: {}, disabledNeighbours: [] };

export function memoryOf({ vips, escalation }: Remembered): Memory {
  const fallen = Object.entries(vips).filter(([, { holdOff }]) => holdOff !== NO_FALLS);
  return {
    holdOffs: Object.fromEntries(fallen.map(([name, { holdOff }]) => [name, holdOff])),
    disabledNeighbours: escalation.disabled,
  };
}

/** True when the core remembers the same after as before; costs next to nothing. */
export function remembersTheSame(before: Remembered, after: Remembered): boolean {
  return (
    before.escalation.disabled === after.escalation.disabled &&
    (before.vips === after.vips ||
      Object.entries(after.vips).every(
        ([name, { holdOff }]) => before.vips[name]?.holdOff === holdOff,
      ))
  );
}
