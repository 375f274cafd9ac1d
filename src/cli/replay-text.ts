// What a replay found, for a person, 80 columns wide.

import { sayNumber } from '../api/text/say-time.js';
import type { Effect } from '../domain/machine.js';
import type { Rerun, Difference } from '../runtime/journal/rerun.js';
import { sayEvent } from '../runtime/journal/say-event.js';
import type { Move, WhatIf } from '../runtime/journal/what-if.js';
import { sayMoment, sayTimeOfDay } from './say-moment.js';

export function sayRerun(result: Rerun): string {
  const { node, version, fromMs, toMs, events, skipped, decisions, starts, lost } = result;
  const lines = [
    `${node}, recorded by Holdline ${version}`,
    `  from ${sayMoment(fromMs)}`,
    `  to   ${sayMoment(toMs)}`,
    `  ${sayNumber(events)} events; ${sayNumber(skipped)} more that were like them were left out`,
    ...(starts > 1 ? [`  the sidecar was started ${starts} times`] : []),
    ...(lost > 0 ? [`  ${sayNumber(lost)} records could not be written at the time`] : []),
    '',
    ...(result.difference === undefined
      ? [`The same again: ${countOf(decisions, 'decision')}, every one as recorded.`]
      : sayDifference(result.difference)),
  ];
  return lines.join('\n');
}

function sayDifference({ file, line, event, recorded, replayed }: Difference): readonly string[] {
  return [
    `NOT the same, first at ${file}:${line}`,
    `  ${sayMoment(event.atMs)}: ${sayEvent(event)}`,
    `  recorded: ${sayEffects(recorded)}`,
    `  replayed: ${sayEffects(replayed)}`,
    'Another version of Holdline decides otherwise, or the journal was changed.',
  ];
}

function sayEffects(effects: readonly Effect[]): string {
  return effects.length === 0 ? 'nothing' : JSON.stringify(effects);
}

const TIME_WIDTH = 14;
const COLUMN_WIDTH = 33;

export function sayWhatIf(
  { node, fromMs, toMs, recorded, replayed }: WhatIf,
  file: string,
): string {
  const rows = pair(recorded, replayed);
  const same = rows.filter((row) => row.recorded !== undefined && row.replayed !== undefined);
  return [
    `${node}, from ${sayMoment(fromMs)}`,
    `${' '.repeat(node.length)}    to ${sayMoment(toMs)}`,
    '',
    line('time (UTC)', 'recorded', `with ${file}`.slice(0, COLUMN_WIDTH)),
    ...rows.flatMap(sayRow),
    ...(rows.length === 0 ? ['nothing was moved, and nothing would have been'] : []),
    '',
    `${countOf(recorded.length, 'move')} recorded, ${replayed.length} with these settings, ` +
      `${same.length} of them the same at the same time.`,
  ].join('\n');
}

interface Row {
  readonly atMs: number;
  readonly recorded: Move | undefined;
  readonly replayed: Move | undefined;
}

/** In the order of time; the same move at the same time stands in one row. */
function pair(recorded: readonly Move[], replayed: readonly Move[]): readonly Row[] {
  const left = new Map(replayed.map((move) => [keyOf(move), move]));
  const rows = recorded.map((move): Row => {
    const twin = left.get(keyOf(move));
    left.delete(keyOf(move));
    return { atMs: move.atMs, recorded: move, replayed: twin };
  });
  const others = [...left.values()].map((move): Row => ({
    atMs: move.atMs,
    recorded: undefined,
    replayed: move,
  }));
  return [...rows, ...others].sort((one, other) => one.atMs - other.atMs);
}

/** Waits of the core end on the millisecond after; the model's daemon answers a little otherwise. */
function keyOf({ atMs, vip, from, to, reason }: Move): string {
  return [Math.round(atMs / 10), vip, from, to, reason].join(' ');
}

function sayRow({ atMs, recorded, replayed }: Row): readonly string[] {
  return [
    line(sayTimeOfDay(atMs), sayMove(recorded), sayMove(replayed)),
    line(
      '',
      recorded === undefined ? '' : `  ${recorded.reason}`,
      replayed?.reason ?? '',
    ).trimEnd(),
  ];
}

function sayMove(move: Move | undefined): string {
  return move === undefined ? '-' : `${move.vip}: ${move.from} -> ${move.to}`;
}

function line(time: string, left: string, right: string): string {
  return `${time.padEnd(TIME_WIDTH)}${left.padEnd(COLUMN_WIDTH)}${right}`.trimEnd();
}

function countOf(count: number, what: string): string {
  return `${sayNumber(count)} ${what}${count === 1 ? '' : 's'}`;
}
