// The exchange with the peers as one of the loop's watchers.

import type { Config } from '../config/config.js';
import { awaitsWord } from '../domain/await-word.js';
import type { State } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';
import type { PeerExchange } from '../ports/peer-exchange.js';
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
    word: () => ownWord({ node, policy, version, capacity, state: stateNow() }),
    curious: () => awaitsWord(stateNow(), policy),
  };
  return peers === undefined
    ? []
    : [{ watch: (listener, signal) => peers.watch(host, listener, signal) }];
}
