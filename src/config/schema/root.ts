// The whole file.

import type { Config } from '../config.js';
import { listenAddress } from '../network.js';
import {
  mapped,
  mapping,
  notYet,
  optional,
  required,
  section,
  withDefault,
  type Reader,
} from '../../yaml/readers.js';
import { absolutePath, choice, duration, integer, socketPath } from '../../yaml/scalars.js';
import type { SecretSource } from '../secrets.js';
import { bgp } from './bgp.js';
import { journal, placeJournal } from './journal.js';
import { redis } from './redis.js';
import { relay } from './relay.js';
import { nodeName, vips } from './vips.js';

const BUDGET_BOUNDS = { minMs: 10, maxMs: 3_600_000 };
const SETTLE_BOUNDS = { minMs: 0, maxMs: 3_600_000 };
const SESSIONS_MAX = 1_000_000;
const MAX_HOLD_BOUNDS = { minMs: 1_000, maxMs: 86_400_000 };

const failback = mapped(
  mapping({
    mode: withDefault(choice(['auto', 'manual']), 'auto'),
    settle: withDefault(duration(SETTLE_BOUNDS), 10_000),
    'max-hold': withDefault(duration(MAX_HOLD_BOUNDS), 1_800_000),
  }),
  ({ mode, settle, 'max-hold': maxHold }) => ({ mode, settleMs: settle, maxHoldMs: maxHold }),
);

const status = mapping({
  listen: withDefault(listenAddress, { host: '127.0.0.1', port: 9477 }),
});

const control = mapped(
  mapping({ socket: withDefault(socketPath, '/run/holdline/control.sock') }),
  ({ socket }) => ({ socketPath: socket }),
);

const state = mapping({ path: withDefault(absolutePath, '/var/lib/holdline/operator.json') });

const log = mapping({
  level: withDefault(choice(['fatal', 'error', 'warn', 'info', 'debug']), 'info'),
});

export function root(secrets: SecretSource): Reader<Config> {
  const fields = mapping({
    node: required(nodeName),
    budget: withDefault(duration(BUDGET_BOUNDS), 1000),
    relay: required(relay),
    vips: required(vips),
    redis: optional(redis(secrets)),
    bgp: required(bgp),
    failback: section(failback),
    status: section(status),
    control: section(control),
    state: section(state),
    journal: section(journal),
    log: section(log),
    'on-stop': withDefault(choice(['hold', 'drain', 'withdraw']), 'hold'),
    'on-death': withDefault(choice(['hold', 'withdraw']), 'hold'),
    capacity: optional(mapping({ sessions: required(integer(1, SESSIONS_MAX)) })),
    'evidence-age': notYet('an age limit for evidence'),
  });
  return mapped(fields, ({ budget, 'on-stop': onStop, 'on-death': onDeath, ...read }): Config => {
    const { node, relay, vips, redis, capacity, bgp, failback, status, control, state, log } = read;
    const sections = { relay, vips, redis, capacity, bgp, failback, status, control, state, log };
    const journal = placeJournal(read.journal, state.path);
    return { node, budgetMs: budget, ...sections, journal, onStop, onDeath };
  });
}
