// What can happen to the relays themselves.

import type { SimHost } from './host.js';
import type { Fault } from './scenario.js';
import type { World } from './world.js';

export interface Act {
  begin(world: World, host: SimHost, fault: Fault): void;
  end(world: World, host: SimHost): void;
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

/** Both relays of an address at once, for no cause that Redis would show. */
export const pairHang: Act = {
  begin: (world, host) => forPair(world, host, ({ relay }) => relay.hang()),
  end: (world, host) => forPair(world, host, ({ relay }) => relay.resume()),
};

function forPair(world: World, host: SimHost, work: (host: SimHost) => void): void {
  world.hostsOf(host.index).forEach(work);
}
