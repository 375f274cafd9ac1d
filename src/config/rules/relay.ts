import { speaksNg, type Config, type RelayConfig, type RelayKind } from '../config.js';
import { formatDuration } from '../../yaml/duration.js';
import type { Violation } from './rule.js';

type Target = 'ng' | 'url' | 'tcp' | 'command';

const TARGETS: readonly Target[] = ['ng', 'url', 'tcp', 'command'];

const TARGET_OF: Readonly<Record<RelayKind, Target>> = {
  rtpengine: 'ng',
  ng: 'ng',
  http: 'url',
  tcp: 'tcp',
  exec: 'command',
};

/** The kind of the relay decides which one address is asked; the others would be ignored. */
export function relayKindNamesItsTarget({ relay }: Config): readonly Violation[] {
  const wanted = TARGET_OF[relay.kind];
  return TARGETS.flatMap((target) => judgeTarget(relay, target, wanted));
}

/** A canary that is asked for and cannot be would be a proof that is missing unnoticed. */
export function canaryNeedsNg({ relay }: Config): readonly Violation[] {
  return relay.canary.enabled && !speaksNg(relay.kind)
    ? [
        {
          path: ['relay', 'canary', 'enabled'],
          expected: `false, as a relay of kind ${relay.kind} takes no offer over ng`,
          got: 'true',
        },
      ]
    : [];
}

/** rtpengine lists its sessions there, and relays that speak ng may; no other kind does. */
export function cliIsOfAnNgRelay({ relay }: Config): readonly Violation[] {
  const expected = `no such key, as relay.kind is ${relay.kind}`;
  return relay.cli === undefined || speaksNg(relay.kind)
    ? []
    : [{ path: ['relay', 'cli'], expected, got: 'a value' }];
}

/** A slower ping than the deadline is a missed one: such a limit would never be passed. */
export function slowPingIsBelowTheDeadline({ relay }: Config): readonly Violation[] {
  const { pingMs } = relay.degraded;
  const { deadlineMs } = relay.ping;
  if (pingMs === undefined || pingMs < deadlineMs) {
    return [];
  }
  const expected = `less than relay.ping.deadline, ${formatDuration(deadlineMs)}`;
  return [{ path: ['relay', 'degraded', 'ping'], expected, got: formatDuration(pingMs) }];
}

function judgeTarget(relay: RelayConfig, target: Target, wanted: Target): readonly Violation[] {
  const path = ['relay', target];
  const present = relay[target] !== undefined;
  if (target === wanted) {
    const expected = `a value, as relay.kind is ${relay.kind}`;
    return present ? [] : [{ path, expected, got: 'nothing' }];
  }
  const expected = `no such key, as a relay of kind ${relay.kind} is looked at through \`${wanted}\``;
  return present ? [{ path, expected, got: 'a value' }] : [];
}
