// Looks that found all as usual wait here for the next event that is not, and are taken in with it:
// code that has just run costs a fraction of code that has not run for a while, and waking up for
// one look at a time was most of what this process cost at rest.

import { isAsUsual } from '../domain/as-usual.js';
import type { Event, State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';

/** Several times what comes in while looks may wait. */
const LOOKS_MAX = 64;

export class UsualLooks {
  readonly #policy: Policy;
  #looks: Event[] = [];

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** True when the event may wait, and does; `state` has taken in all but those that wait. */
  keep(event: Event, state: State): boolean {
    const waits = this.#looks.length < LOOKS_MAX && isAsUsual(state, event, this.#policy);
    if (waits) {
      this.#looks.push(event);
    }
    return waits;
  }

  /** Those that wait, in their order. */
  release(): readonly Event[] {
    const looks = this.#looks;
    this.#looks = [];
    return looks;
  }
}
