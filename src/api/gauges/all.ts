// Every metric: its name, its help text, and its samples from the status.

import { BGP } from './bgp.js';
import { CANARY } from './canary.js';
import { CAPACITY } from './capacity.js';
import type { GaugeDefinition } from './gauge.js';
import { HOST } from './host.js';
import { LAST_MOVE } from './last-move.js';
import { PARITY } from './parity.js';
import { PEERS } from './peers.js';
import { REDIS } from './redis.js';
import { RELAY } from './relay.js';
import { SELF } from './self.js';
import { VIPS } from './vips.js';

export const GAUGES: readonly GaugeDefinition[] = [
  ...HOST,
  ...VIPS,
  ...RELAY,
  ...CANARY,
  ...REDIS,
  ...PARITY,
  ...PEERS,
  ...CAPACITY,
  ...BGP,
  ...LAST_MOVE,
  ...SELF,
];
