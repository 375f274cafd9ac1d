// A journal that an earlier version wrote knows less: nothing of what was not observed or set then.
// What is missing in its settings is filled in as "not looked at", and in its states as "not seen".

import { initialState, type State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import { newVipState } from '../../domain/verdict.js';
import type { Opening } from '../../ports/journal.js';

type Fields = Readonly<Record<string, unknown>>;

export function completeOpening(opening: Opening): Opening {
  const policy = complete(opening.policy, settingsBefore(opening)) as Policy;
  return { ...opening, policy, state: completeState(opening.state, policy) };
}

function settingsBefore({ node }: Opening): Partial<Policy> {
  return {
    node,
    canaryMissesMax: Infinity,
    degraded: { pingMs: undefined, errorShare: undefined, forMs: Infinity },
    hearsPeers: false,
    capacity: undefined,
  };
}

function completeState(state: State, policy: Policy): State {
  const { nowMs, evidence } = state;
  const whole = complete(state, initialState(policy, evidence.operator, nowMs)) as State;
  const vips = Object.entries(whole.vips).map(([name, vip]) => [
    name,
    complete(vip, newVipState(nowMs)),
  ]);
  return { ...whole, vips: Object.fromEntries(vips) as State['vips'] };
}

function complete(given: unknown, usual: unknown): unknown {
  if (!isFields(usual) || !isFields(given)) {
    return given === undefined ? usual : given;
  }
  const names = new Set([...Object.keys(usual), ...Object.keys(given)]);
  const filled = [...names].map((name) => [name, complete(given[name], usual[name])]);
  return Object.fromEntries(filled) as Fields;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
