// What each fault does to the world, and how it is taken back. Faults overlap: each is counted.

import type { SimHost } from './host.js';
import {
  pairHang,
  peerFreeze,
  relayHang,
  relayKill,
  relayMute,
  relaySlow,
  type Act,
} from './relay-faults.js';
import type { Fault, FaultKind } from './scenario.js';
import type { World } from './world.js';
import { BFD_MS } from './daemon.js';

export function scheduleFault(world: World, fault: Fault): void {
  const host = world.hosts[fault.host]!;
  const act = ACTS[fault.kind];
  world.time.after(fault.atMs, () => {
    world.say(`FAULT ${fault.kind} on ${host.name} for ${Math.round(fault.forMs)} ms`);
    act.begin(world, host, fault);
    world.time.after(fault.forMs, () => {
      world.say(`healed ${fault.kind} on ${host.name}`);
      act.end(world, host, fault);
    });
  });
}

const wordsLost = wayFault('dumbs');
const wordsUnheard = wayFault('deafs');
const beatStuck = wayFault('beatStops');

const storeHang: Act = {
  begin: (world) => {
    world.primary.hangs += 1;
    forRelays(world, ({ relay }) => relay.hang());
  },
  end: (world) => {
    world.primary.hangs -= 1;
    world.primary.troubledAtMs = world.time.nowMs;
    forRelays(world, ({ relay }) => relay.resume());
  },
};

const storeKill: Act = {
  begin: (world) => {
    world.primary.kills += 1;
    world.primary.life += 1;
    for (const { replica } of world.hosts) {
      replica.linkUp = false;
    }
  },
  end: (world) => {
    world.primary.kills -= 1;
    world.primary.troubledAtMs = world.time.nowMs;
    world.hosts.forEach((host) => world.reconnectReplica(host));
  },
};

const linkCut = replicaFault('linkCuts');
const storeCut = replicaFault('primaryCuts');

const replicaLag: Act = {
  begin: (_world, { replica }) => replica.startLag(),
  end: (world, { replica }) => {
    replica.lags -= 1;
    replica.troubledAtMs = world.time.nowMs;
  },
};

const replicaSilent: Act = {
  begin: (_world, { replica }) => {
    replica.silences += 1;
  },
  end: (world, { replica }) => {
    replica.silences -= 1;
    replica.troubledAtMs = world.time.nowMs;
  },
};

const daemonKill: Act = {
  begin: troubled(({ daemon }) => daemon.kill(0)),
  end: troubled(({ daemon }) => daemon.start()),
};

const daemonHang: Act = {
  begin: troubled(({ daemon }) => daemon.hang()),
  end: troubled(({ daemon }) => daemon.resume()),
};

const daemonRefuse: Act = {
  begin: troubled(({ daemon }) => {
    daemon.refusals += 1;
  }),
  end: troubled(({ daemon }) => {
    daemon.refusals -= 1;
  }),
};

const daemonReset: Act = {
  begin: troubled(({ daemon }) => {
    for (const prefix of [...daemon.table.keys()]) {
      daemon.set(prefix, undefined);
    }
  }),
  end: () => undefined,
};

const outsiderRemoves: Act = {
  begin: troubled((host) => host.daemon.set(host.home.prefixes[0]!, undefined)),
  end: () => undefined,
};

const outsiderRewrites: Act = { begin: troubled(rewrite), end: () => undefined };

const outsiderDuringRestart: Act = {
  begin: troubled((host) => {
    host.killSidecar();
    rewrite(host);
  }),
  end: troubled((host) => host.startSidecar()),
};

const sessionFlap: Act = {
  begin: troubled(({ daemon }) => daemon.flap()),
  end: troubled(({ daemon }) => daemon.unflap()),
};

const sidecarRestart: Act = {
  begin: (_world, host) => host.killSidecar(),
  end: (_world, host) => host.startSidecar(),
};

const hostDeath: Act = {
  begin: (world, host) => {
    host.deaths += 1;
    host.killSidecar();
    host.relay.kill();
    host.daemon.kill(BFD_MS);
    host.replica.linkUp = false;
    host.replica.troubledAtMs = world.time.nowMs;
  },
  end: (world, host) => {
    host.deaths -= 1;
    host.daemon.troubledAtMs = world.time.nowMs;
    host.replica.troubledAtMs = world.time.nowMs;
    host.daemon.start();
    world.startRelay(host);
    world.reconnectReplica(host);
    world.time.after(world.random.between(50, 1_000), () => host.startSidecar());
  },
};

const slowNetwork: Act = {
  begin: (world) => {
    world.slowNetworks += 1;
  },
  end: (world) => {
    world.slowNetworks -= 1;
    world.slowUntilMs = world.time.nowMs;
  },
};

const drain: Act = {
  begin: (_world, host) => {
    host.drains += 1;
    host.drain(true);
  },
  end: (_world, host) => {
    host.drains -= 1;
    if (host.drains === 0) {
      host.drain(false);
    }
  },
};

const freeze: Act = {
  begin: (_world, host) => {
    host.freezes += 1;
    host.freeze(true);
  },
  end: (_world, host) => {
    host.freezes -= 1;
    if (host.freezes === 0) {
      host.freeze(false);
    }
  },
};

const stall: Act = {
  begin: (_world, host, { forMs }) => host.stall(forMs),
  end: () => undefined,
};

/** The processor is taken: every timer is late, and so is what it waits for. */
const starve: Act = {
  begin: (_world, host) => {
    host.starves += 1;
  },
  end: (world, host) => {
    host.starves -= 1;
    host.starvedUntilMs = world.time.nowMs;
  },
};

const ACTS: Readonly<Record<FaultKind, Act>> = {
  'relay-kill': relayKill,
  'relay-hang': relayHang,
  'relay-mute': relayMute,
  'relay-slow': relaySlow,
  'pair-hang': pairHang,
  'peer-freeze': peerFreeze,
  'words-lost': wordsLost,
  'words-unheard': wordsUnheard,
  'beat-stuck': beatStuck,
  'store-hang': storeHang,
  'store-kill': storeKill,
  'link-cut': linkCut,
  'store-cut': storeCut,
  'replica-lag': replicaLag,
  'replica-silent': replicaSilent,
  'daemon-kill': daemonKill,
  'daemon-hang': daemonHang,
  'daemon-refuse': daemonRefuse,
  'daemon-reset': daemonReset,
  'outsider-removes': outsiderRemoves,
  'outsider-rewrites': outsiderRewrites,
  'outsider-during-restart': outsiderDuringRestart,
  'session-flap': sessionFlap,
  'sidecar-restart': sidecarRestart,
  'host-death': hostDeath,
  'slow-network': slowNetwork,
  drain,
  freeze,
  stall,
  starve,
};

function replicaFault(counter: 'linkCuts' | 'primaryCuts'): Act {
  return {
    begin: (_world, { replica }) => {
      replica[counter] += 1;
      replica.linkUp = false;
    },
    end: (world, host) => {
      host.replica[counter] -= 1;
      host.replica.troubledAtMs = world.time.nowMs;
      world.reconnectReplica(host);
    },
  };
}

/** Only what the sidecars tell each other is cut, in one direction, or the beat. */
function wayFault(way: 'dumbs' | 'deafs' | 'beatStops'): Act {
  return {
    begin: (_world, { replica }) => {
      replica[way] += 1;
    },
    end: (world, { replica }) => {
      replica[way] -= 1;
      replica.troubledAtMs = world.time.nowMs;
    },
  };
}

/** Marks the daemon as not being what the sidecar left. */
function troubled(work: (host: SimHost) => void): (world: World, host: SimHost) => void {
  return (world, host) => {
    host.daemon.troubledAtMs = world.time.nowMs;
    work(host);
  };
}

/** Somebody gives the home's first prefix attributes of his own. */
function rewrite({ daemon, home, random }: SimHost): void {
  if (daemon.responsive) {
    daemon.set(home.prefixes[0]!, { rank: random.whole(0, 5), foreign: true });
  }
}

function forRelays(world: World, work: (host: SimHost) => void): void {
  if (world.profile.storeHangsRelays) {
    world.hosts.forEach(work);
  }
}
