// The exchange with the peers as one of the loop's watchers.

import type { Config } from '../config/config.js';
import { awaitsWord } from '../domain/await-word.js';
import type { State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';
import { isWell } from '../domain/wellness.js';
import type { OwnWord, PeerExchange } from '../ports/peer-exchange.js';
import type { Watcher } from './loop.js';
import { ownWord } from './own-word.js';

export interface PeerParts {
  readonly peers?: PeerExchange | undefined;
  readonly config: Config;
  readonly policy: Policy;
  readonly version: string;
}

/** None without an exchange: a host without Redis has no way to its peers. */
export function watchPeers(parts: PeerParts, stateNow: () => State): readonly Watcher[] {
  const { peers, config, policy, version } = parts;
  const { node } = config;
  const capacity = config.capacity?.sessions;
  const host = {
    word: remembered((state) => ownWord({ node, policy, version, capacity, state }), stateNow),
    curious: () => awaitsWord(stateNow(), policy),
  };
  return peers === undefined
    ? []
    : [{ watch: (listener, signal) => peers.watch(host, listener, signal) }];
}

/** Counts and round trips of a word may be so old: short of the second after which it is told again. */
const COUNTS_AGE_MS_MAX = 900;

/** The exchange asks ten times a second, and nearly always nothing has changed. */
function remembered(wordOf: (state: State) => OwnWord, stateNow: () => State): () => OwnWord {
  let made:
    { readonly word: OwnWord; readonly basis: readonly unknown[]; atMs: number } | undefined;
  let asked: State | undefined;
  return () => {
    const state = stateNow();
    if (made !== undefined && state === asked) {
      return made.word;
    }
    asked = state;
    const basis = basisOf(state);
    const stands =
      made !== undefined &&
      state.nowMs - made.atMs < COUNTS_AGE_MS_MAX &&
      basis.every((each, index) => each === made?.basis[index]);
    if (made === undefined || !stands) {
      made = { word: wordOf(state), basis, atMs: state.nowMs };
    }
    return made.word;
  };
}

/** What others act on: a word is never older than any of it. */
function basisOf({ evidence, speaker, vips }: State): readonly unknown[] {
  const { relay, canary, callParity, operator } = evidence;
  return [
    relay.state,
    vips,
    operator,
    canary.state,
    canary.foreign,
    callParity.compared,
    isWell({ evidence, speaker }),
  ];
}
