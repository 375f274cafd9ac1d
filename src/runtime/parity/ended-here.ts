// Calls that ended at a standby while it carried them for a home that was away. rtpengine ends such a
// call and leaves its key: only the home would delete it (sipwise/rtpengine issue 2007). So while the
// home is away its database is nobody's truth any more: what the relay has held and holds no longer
// has ended, and a repair would bring back the dead. Once the home is back it holds such calls
// itself, until its own timeout ends them, and then they count here as well.

import type { Compared } from './compare.js';

export class EndedHere {
  /** By database: what the relay has held of it since the home was last there. */
  readonly #held = new Map<number, Set<string>>();

  /** The comparison without the calls that ended here. */
  without(compared: Compared, homeIsAway: boolean): Compared {
    const { side, kept, missing } = compared;
    const lacking = new Set(missing);
    const held = [...kept].filter((callId) => !lacking.has(callId));
    const before = this.#held.get(side.database);
    if (!homeIsAway || before === undefined) {
      this.#held.set(side.database, new Set(held));
      return compared;
    }
    held.forEach((callId) => before.add(callId));
    const left = missing.filter((callId) => !before.has(callId));
    return {
      ...compared,
      missing: left,
      expected: compared.expected - missing.length + left.length,
    };
  }
}
