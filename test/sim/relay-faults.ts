// What can happen to the relays themselves.

import type { SimHost } from './host.js';
import type { Fault } from './scenario.js';
import type { World } from './world.js';

export interface Act {
  begin(world: World, host: SimHost, fault: Fault): void;
  end(world: World, host: SimHost, fault: Fault): void;
}

export const relayKill: Act = {
  begin: (_world, { relay }) => relay.kill(),
  end: (world, host) => world.startRelay(host),
};

export const relayHang: Act = {
  begin: (_world, { relay }) => relay.hang(),
  end: (_world, { relay }) => relay.resume(),
};

export const relayMute: Act = {
  begin: (_world, { relay }) => relay.mute(),
  end: (_world, { relay }) => relay.unmute(),
};

export const relaySlow: Act = {
  begin: (_world, { relay }) => relay.slowDown(),
  end: (_world, { relay }) => relay.speedUp(),
};

/** From the freeze of its peers to the hang of a home: nobody has served for longer than a word is young. */
const FROZEN_MS = 1_800;

/** The last words of the frozen arrive as late as that. */
const REPLAYED_MS = [2_200, 2_700] as const;

/**
 * The peers of a home freeze right after they have said that all is well; then the home hangs, and hears
 * only now what they said. A short one ends before that.
 */
export const peerFreeze: Act = {
  begin: (world, host, { forMs }) => {
    for (const peer of peersOf(world, host)) {
      const word = peer.exchange?.word();
      peer.relay.hang();
      peer.stall(forMs);
      for (const afterMs of word !== undefined && lasts(forMs) ? REPLAYED_MS : []) {
        world.time.after(afterMs, () => host.exchange?.hear(peer.name, word!));
      }
    }
    if (lasts(forMs)) {
      world.time.after(FROZEN_MS, () => host.relay.hang());
    }
  },
  end: (world, host, { forMs }) => {
    for (const { relay } of peersOf(world, host)) {
      relay.resume();
    }
    if (lasts(forMs)) {
      host.relay.resume();
    }
  },
};

function lasts(forMs: number): boolean {
  return forMs > FROZEN_MS;
}

function peersOf(world: World, host: SimHost): readonly SimHost[] {
  return world.hostsOf(host.index).filter((other) => other !== host);
}

/** Both relays of an address at once, for no cause that Redis would show. */
export const pairHang: Act = {
  begin: (world, host) => forPair(world, host, ({ relay }) => relay.hang()),
  end: (world, host) => forPair(world, host, ({ relay }) => relay.resume()),
};

function forPair(world: World, host: SimHost, work: (host: SimHost) => void): void {
  world.hostsOf(host.index).forEach(work);
}
