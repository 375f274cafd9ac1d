// An explanation for the person on call: 80 columns, no colours, the answer first.

import { sayMs, sayNumber } from '../api/text/say-time.js';
import { wrap } from '../api/text/wrap.js';
import type { Policy } from '../domain/policy.js';
import { rankName, type Rank } from '../domain/rank.js';
import { sayVerdict } from '../domain/reasons.js';
import type { ClosedDecision, RecordedEvent } from '../ports/journal.js';
import type { Explained, Incident } from '../runtime/journal/explain.js';
import { sayRemedies } from '../runtime/describe-escalation.js';
import { sayEvent } from '../runtime/journal/say-event.js';
import { stagesMs } from '../runtime/journal/stages-ms.js';
import { sayMoment, sayTimeOfDay } from './say-moment.js';

const LABEL_WIDTH = 16;

export function sayExplanation(explained: Explained, askedAtMs: number | undefined): string {
  const { node, incident, lost, fromMs, policy } = explained;
  const told =
    incident === undefined
      ? [`${node}: nothing was decided since ${sayMoment(fromMs)}.`]
      : [
          `${node}, ${sayMoment(incident.decidedBy.atMs)}`,
          ...incident.changes.flatMap((change) => row('', sayChange(change, policy), '  ')),
          '',
          ...sayIncident(incident),
        ];
  const asks = incident === undefined || askedAtMs !== undefined;
  return [
    ...told,
    ...(asks ? ['', ...sayStanding(explained)] : []),
    ...(lost > 0 ? ['', `${sayNumber(lost)} records before this could not be written.`] : []),
  ].join('\n');
}

function sayIncident(incident: Incident): readonly string[] {
  const { wellBefore, seen, seenMore, decidedBy } = incident;
  const rules = new Map(incident.changes.map(({ reason, to }) => [sayVerdict(reason, to), reason]));
  return [
    'What was seen (UTC)',
    ...wellBefore.flatMap((event) => seenRow(event, 'all well: ')),
    ...seen.flatMap((event) => seenRow(event, '')),
    ...(seenMore > 0 ? row('', `… and ${sayNumber(seenMore)} more before the last`) : []),
    '',
    'The rule that decided',
    ...[...rules].flatMap(([sentence, reason]) => row(reason, sentence)),
    '',
    'What was done, and when after the first sign',
    ...sayStages(incident),
    ...(seen.length === 0 ? row('', sayEvent(decidedBy)) : []),
  ];
}

function seenRow(event: RecordedEvent, prefix: string): readonly string[] {
  return row(sayTimeOfDay(event.atMs), `${prefix}${sayEvent(event)}`);
}

function sayStages({ closed }: Incident): readonly string[] {
  if (closed === undefined) {
    return row('', 'The journal ends before it tells what became of it.');
  }
  const { detected, decided, commanded, verified } = stagesMs(closed.stages);
  const { remedies = [] } = closed;
  return [
    ...row(sayMs(detected), 'detected: the observation that decided was there'),
    ...row(sayMs(decided), 'decided'),
    ...row(sayMs(commanded), 'commanded: the BGP daemon had taken every command'),
    ...(remedies.length > 0 ? row('', `not carried out; ${sayRemedies(remedies)}`) : []),
    ...row(sayMs(verified), sayOutcome(closed.outcome, closed.detail)),
  ];
}

function sayOutcome(outcome: ClosedDecision['outcome'], detail: string | undefined): string {
  switch (outcome) {
    case 'verified':
      return 'verified: every established neighbour was sent exactly this';
    case 'superseded':
      return 'superseded: the next decision came first';
    case 'unverified':
    case undefined:
      return `NOT VERIFIED: ${detail ?? 'nobody confirmed it'}`;
  }
}

function sayChange(
  { vip, from, to }: { readonly vip: string; readonly from: Rank; readonly to: Rank },
  policy: Policy,
): string {
  return `${vip}: ${sayRank(vip, from, policy)} -> ${sayRank(vip, to, policy)}`;
}

function sayRank(name: string, rank: Rank, { vips }: Policy): string {
  const vip = vips.find((each) => each.name === name);
  if (vip === undefined || rank === 'withdrawn') {
    return String(rank);
  }
  return `${rankName(vip.role, rank)} (rank ${rank})`;
}

function sayStanding({ state, policy }: Explained): readonly string[] {
  const lines = Object.entries(state.vips).flatMap(
    ([name, { rank, reason, sinceMs, risesAtMs }]) => {
      const standing = rank === undefined ? 'nothing adopted yet' : sayRank(name, rank, policy);
      const rises = risesAtMs === undefined ? '' : ` It may rise at ${sayTimeOfDay(risesAtMs)}.`;
      const since = `since ${sayTimeOfDay(sinceMs)}`;
      return row(name, `${standing}, ${reason} ${since}: ${sayVerdict(reason, rank)}${rises}`);
    },
  );
  return [`How it stood at ${sayMoment(state.nowMs)}`, ...lines];
}

/** A labelled paragraph, wrapped under its own text. */
function row(label: string, text: string, indent = ' '.repeat(LABEL_WIDTH + 2)): readonly string[] {
  const [first = '', ...rest] = wrap(text, indent);
  const head = label === '' ? first : `  ${label.padEnd(LABEL_WIDTH)}${first.trimStart()}`;
  return [head, ...rest];
}
