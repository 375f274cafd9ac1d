import type { OwnWord } from '../../src/ports/peer-exchange.js';

/** The word of a home on a good day. */
export function sampleWord(changes: Partial<OwnWord> = {}): OwnWord {
  return {
    version: '0.1.0',
    relay: 'alive',
    vips: [{ name: 'a', rank: 0, of: undefined }],
    sessions: { own: 12, foreign: 3 },
    lagMs: 0.6,
    drained: false,
    frozen: false,
    capacity: undefined,
    canaries: {},
    missing: {},
    well: true,
    atRisk: 0,
    ...changes,
  };
}
