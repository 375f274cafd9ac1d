// The `relay` section: what kind of relay stands on this host and how it is looked at.

import { speaksNg, type RelayConfig, type RelayKind } from '../config.js';
import { endpoint, httpUrl } from '../network.js';
import { mapped, mapping, optional, required, section, withDefault } from '../../yaml/readers.js';
import {
  absolutePath,
  choice,
  commandLine,
  duration,
  integer,
  percentage,
  yesOrNo,
} from '../../yaml/scalars.js';

const KINDS = ['rtpengine', 'ng', 'http', 'tcp', 'exec'] as const satisfies readonly RelayKind[];

/** How long a relay may be slow or err before it counts as degraded. */
const DEGRADED_BOUNDS = { minMs: 100, maxMs: 600_000 };
const PING_BOUNDS = { minMs: 5, maxMs: 10_000 };
const MISSES_MAX = 100;

const ping = mapped(
  mapping({
    interval: withDefault(duration(PING_BOUNDS), 50),
    deadline: withDefault(duration(PING_BOUNDS), 50),
    misses: withDefault(integer(1, MISSES_MAX), 4),
  }),
  ({ interval, deadline, misses }) => ({ intervalMs: interval, deadlineMs: deadline, misses }),
);

const degraded = mapped(
  mapping({
    ping: optional(duration(PING_BOUNDS)),
    errors: optional(percentage),
    for: withDefault(duration(DEGRADED_BOUNDS), 2_000),
    'vip-missing': withDefault(yesOrNo, true),
  }),
  ({ ping, errors, for: forMs, 'vip-missing': vipMissing }) => ({
    pingMs: ping,
    errorShare: errors,
    forMs,
    vipMissing,
  }),
);

/** Slower than the upper one a dead media path would not be found within 300 ms. */
const CANARY_BOUNDS = { minMs: 20, maxMs: 100 };

const canary = mapping({
  enabled: optional(yesOrNo),
  interval: withDefault(duration(CANARY_BOUNDS), 50),
});

export const relay = mapped(
  mapping({
    kind: required(choice(KINDS)),
    ng: optional(endpoint('udp')),
    url: optional(httpUrl),
    tcp: optional(endpoint('tcp')),
    command: optional(commandLine),
    'hold-open': optional(endpoint('tcp')),
    cli: optional(endpoint('tcp')),
    'pid-file': optional(absolutePath),
    ping: section(ping),
    canary: section(canary),
    degraded: section(degraded),
    'degraded-file': optional(absolutePath),
  }),
  (read): RelayConfig => ({
    kind: read.kind,
    ng: read.ng,
    url: read.url,
    tcp: read.tcp,
    command: read.command,
    holdOpen: read['hold-open'],
    // The usual place: rtpengine's command line port is what is best held open.
    cli: read.cli ?? (read.kind === 'rtpengine' ? read['hold-open'] : undefined),
    pidFile: read['pid-file'],
    ping: read.ping,
    canary: {
      enabled: read.canary.enabled ?? speaksNg(read.kind),
      intervalMs: read.canary.interval,
    },
    degraded: read.degraded,
    degradedFile: read['degraded-file'],
  }),
);
