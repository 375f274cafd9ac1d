// Says once that a relay would overload if it took everything, and once that there is room again.
// Counts go up and down all the time: the alarm ends only when there is some room to spare.

import { isOverloaded, ownLoad, sayOverload, standbyLoads, type Load } from '../domain/capacity.js';
import type { State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';
import type { Line } from './line.js';

/** Of the capacity: the alarm ends below it. */
const ROOM_SHARE_MAX = 0.95;

export class OverloadAlarm {
  readonly #policy: Policy;
  readonly #raised = new Set<string>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Only a new count of sessions, here or at a peer, can change anything. */
  note(before: State, after: State): readonly Line[] {
    const [earlier, { evidence, nowMs }] = [before.evidence, after];
    const same =
      earlier.relay.sessions === evidence.relay.sessions && earlier.peers === evidence.peers;
    if (same) {
      return [];
    }
    const own = ownLoad(evidence, this.#policy);
    const loads = [
      ...(own === undefined ? [] : [own]),
      ...standbyLoads(evidence, this.#policy, nowMs),
    ];
    return loads.flatMap((load) => this.#judge(load));
  }

  #judge(load: Load): readonly Line[] {
    const { node, capacity, sessions } = load;
    const fields = { event: 'capacity', node, capacity, sessions };
    const raised = this.#raised.has(node);
    if (!raised && isOverloaded(load)) {
      this.#raised.add(node);
      return [
        {
          level: 'warn',
          fields,
          message: `if everything failed over: ${sayOverload(load) ?? node}`,
        },
      ];
    }
    if (raised && sessions <= capacity * ROOM_SHARE_MAX) {
      this.#raised.delete(node);
      return [{ level: 'info', fields, message: `${node} has room again for everything` }];
    }
    return [];
  }
}
