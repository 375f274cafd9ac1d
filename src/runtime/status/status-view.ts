// The status as a view of the state; nothing is stored for it.

import { homesStoodByFor, planCanary } from '../../config/canary-plan.js';
import type { Config } from '../../config/config.js';
import { countCalls } from '../../domain/call-count.js';
import type { State } from '../../domain/machine.js';
import { addressOf } from '../../domain/peers.js';
import type { Policy } from '../../domain/policy.js';
import { REASONS } from '../../domain/reasons.js';
import { rankName } from '../../domain/rank.js';
import { replicationLagMs } from '../../domain/replication-lag.js';
import { callsAtRisk, type Risk } from '../../domain/risk.js';
import type { Vip } from '../../domain/route.js';
import type {
  AtRiskView,
  BgpView,
  DangerView,
  CanaryView,
  LastFailoverView,
  OperatorView,
  RedisView,
  RelayView,
  SelfView,
  StatusView,
  VipView,
} from '../../ports/status-view.js';
import type { StoreView } from '../../ports/session-store.js';
import type { Decision } from '../decision-book.js';
import { hostVerdict } from './host-verdict.js';
import type { CutOff } from '../reach-book.js';
import type { Takeover } from '../takeover-book.js';
import { viewCapacity } from './view-capacity.js';
import { viewParity } from './view-parity.js';
import { bestElsewhere, viewPeers } from './view-peers.js';
import { viewTakeover } from './view-takeover.js';

export interface StatusParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly version: string;
  readonly state: State;
  readonly lastDecision: Decision | undefined;
  readonly lastTakeover: Takeover | undefined;
  readonly cutOff: CutOff | undefined;
  readonly servers?: StoreView | undefined;
  readonly dangers?: readonly DangerView[] | undefined;
  readonly self: SelfView;
  readonly nowMs: number;
}

export function viewStatus(parts: StatusParts): StatusView {
  const { config, state } = parts;
  const vips = config.vips.map((vip) => viewVip(vip, parts));
  return {
    node: config.node,
    version: parts.version,
    now: iso(parts.nowMs),
    ...hostVerdict(vips, parts.cutOff),
    vips,
    relay: viewRelay(parts),
    redis: config.redis === undefined ? null : viewRedis(parts),
    bgp: viewBgp(config, state),
    atRisk: viewRisk(parts),
    peers: viewPeers(config.vips, state.evidence.peers, parts.nowMs),
    capacity: viewCapacity(state, parts.policy, parts.nowMs),
    operator: viewOperator(state),
    self: parts.self,
    lastFailover: parts.lastDecision === undefined ? null : viewDecision(parts.lastDecision),
    lastTakeover: viewTakeover(parts.lastTakeover),
  };
}

function viewVip(vip: Vip, { state, policy, nowMs }: StatusParts): VipView {
  const known = state.vips[vip.name];
  const rank = known?.rank;
  const { phase, advertisements } = state.convergence;
  return {
    name: vip.name,
    prefixes: vip.prefixes,
    role: vip.role.kind,
    rank: rank ?? null,
    rankName: rank === undefined ? 'unknown' : rankName(vip.role, rank),
    reason: known?.reason ?? 'starting',
    since: iso(known?.sinceMs ?? state.nowMs),
    risesAt: isoOrNull(known?.risesAtMs),
    announced: advertisements
      .filter((each) => vip.prefixes.includes(each.prefix))
      .map(({ prefix, neighbour, asPath, communities, med }) => ({
        prefix,
        neighbour,
        asPath,
        communities,
        med,
      })),
    verified: phase === 'verified',
    bestElsewhere: bestElsewhere(addressOf(vip, policy), state.evidence.peers, nowMs),
  };
}

function viewRelay({ config, state: { evidence }, dangers }: StatusParts): RelayView {
  const { state, pingMs, missesInARow } = evidence.relay;
  return {
    kind: config.relay.kind,
    state,
    pingMs: pingMs ?? null,
    missesInARow,
    degradedBy: viewDegraded(evidence),
    sessions: countCalls(evidence) ?? null,
    canary: planCanary(config).address === undefined ? null : viewCanary(evidence),
    foreignCanaries: homesStoodByFor(config).map((of) => ({
      of,
      held: evidence.canary.foreign[of]?.held ?? null,
    })),
    dangers: dangers ?? null,
  };
}

function viewDegraded({ conditions, relay }: State['evidence']): RelayView['degradedBy'] {
  const told = Object.values(conditions)
    .filter(({ holds }) => holds)
    .map(({ condition, detail }) => ({ condition, detail }));
  const strained = (['pings-slow', 'pings-lost'] as const).filter((condition) =>
    condition === 'pings-slow' ? relay.slow.full : relay.lossy.full,
  );
  return [...told, ...strained.map((condition) => ({ condition, detail: REASONS[condition] }))];
}

function viewCanary({ canary }: State['evidence']): CanaryView {
  return {
    state: canary.state,
    since: iso(canary.stateSinceMs),
    roundTripMs: canary.roundTripMs ?? null,
    missesInARow: canary.missesInARow,
    detail: canary.detail ?? null,
  };
}

function viewRedis({ config, state, servers }: StatusParts): RedisView {
  const { store, beat } = state.evidence;
  const { replica, primary } = store;
  const lagMs = replicationLagMs(state.evidence);
  return {
    primary: reachability(primary.answers),
    replica: replica.answers === true ? (replica.link ?? 'unknown') : silence(replica.answers),
    beat: beat.state,
    lagMs: lagMs ?? null,
    offsetLagBytes: store.lagBytes ?? null,
    databaseSizes: replica.databaseSizes,
    parity: viewParity(config.vips, state),
    servers: servers ?? null,
  };
}

function reachability(answers: boolean | undefined): RedisView['primary'] {
  if (answers === undefined) {
    return 'unknown';
  }
  return answers ? 'reachable' : 'unreachable';
}

function silence(answers: boolean | undefined): 'unknown' | 'unreachable' {
  return answers === undefined ? 'unknown' : 'unreachable';
}

function viewBgp(config: Config, { speaker, escalation }: State): BgpView {
  return {
    driver: config.bgp.driver,
    state: speaker.daemon,
    sessions: speaker.sessions,
    escalation: viewEscalation(escalation),
    disabledNeighbours: escalation.disabled.map(({ neighbour }) => neighbour),
  };
}

function viewEscalation({ sinceMs, begun }: State['escalation']): BgpView['escalation'] {
  return sinceMs === undefined
    ? null
    : {
        since: iso(sinceMs),
        stage: begun.at(-1)?.remedy ?? 'retry',
        begun: begun.map(({ remedy, atMs, outcome }) => ({ remedy, at: iso(atMs), outcome })),
      };
}

function viewRisk({ state, policy, nowMs }: StatusParts): AtRiskView {
  return riskView(callsAtRisk(state.evidence, policy, nowMs));
}

function riskView({ calls, of, because }: Risk): AtRiskView {
  return { calls: calls ?? null, of: of ?? null, because: because ?? null };
}

function viewOperator({ evidence: { operator } }: State): OperatorView {
  const { drained, frozen, degraded } = operator;
  const order = drained ?? degraded ?? frozen;
  return {
    drained: drained !== undefined,
    frozen: frozen !== undefined,
    degraded: degraded !== undefined,
    by: order?.by ?? null,
    why: order?.why ?? null,
    at: isoOrNull(order?.atMs),
    until: isoOrNull(order?.untilMs),
  };
}

function viewDecision({ changes, stages, atRiskBefore }: Decision): LastFailoverView {
  const after = (atMs: number): number => Math.round((atMs - stages.observedAtMs) * 1_000) / 1_000;
  return {
    at: iso(stages.observedAtMs),
    cause: changes[0]?.reason ?? 'starting',
    changes: changes.map(({ vip, from, to }) => ({ vip, from, to })),
    stagesMs: {
      detected: after(stages.detectedAtMs),
      decided: after(stages.decidedAtMs),
      commanded: stages.commandedAtMs === null ? null : after(stages.commandedAtMs),
      verified: stages.verifiedAtMs === null ? null : after(stages.verifiedAtMs),
    },
    atRiskBefore: riskView(atRiskBefore),
  };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : iso(atMs);
}
