// Remembers since when this host's routes reach nobody, and why. A session that is tried again and
// again is reported anew each time; that it does not stand began once.

import type { SpeakerEvidence } from '../domain/convergence.js';
import type { Reason } from '../domain/reasons.js';

export interface CutOff {
  readonly reason: Extract<Reason, 'daemon-unreachable' | 'no-session'>;
  /** Milliseconds since the Unix epoch; of the first report, also where the reason has changed since. */
  readonly sinceMs: number;
}

export class ReachBook {
  #cutOff: CutOff | undefined;

  /** Undefined while a neighbour hears this host, or nobody can tell. */
  get cutOff(): CutOff | undefined {
    return this.#cutOff;
  }

  note(speaker: SpeakerEvidence): void {
    const reason = whyCutOff(speaker);
    if (reason !== this.#cutOff?.reason) {
      const sinceMs = this.#cutOff?.sinceMs ?? speaker.reportedAtMs;
      this.#cutOff = reason && { reason, sinceMs };
    }
  }
}

/** What nobody can see (a dry run has no sessions) is not held against the host. */
function whyCutOff({ daemon, sessions }: SpeakerEvidence): CutOff['reason'] | undefined {
  if (daemon !== 'up') {
    return daemon === 'unreachable' ? 'daemon-unreachable' : undefined;
  }
  const apart = sessions.every(({ state }) => state !== 'established' && state !== 'unknown');
  return sessions.length > 0 && apart ? 'no-session' : undefined;
}
