// `npm run detectors`: the comparison behind docs/decisions, as two tables in Markdown.

import type { Detector } from './detector.js';
import { DETECTORS } from './field.js';
import { MADE_UP_HOURS, STORIES, tell } from './made-up.js';
import { detectionTimes, falseAlarmsAnHour } from './measure.js';
import { CONDITIONS, readRecording } from './recording.js';
import type { Trace } from './trace.js';

const recorded = CONDITIONS.map(readRecording);
const madeUp = STORIES.map(tell);
const traces = [...recorded, ...madeUp];
/** A hang in a stall of our own is found when that is over, by anybody. */
const calm = madeUp.filter(({ stalls }) => stalls.length === 0);
const HANGING = ['quiet', 'calls', 'saturated', 'stops'] as const;
print('False alarms an hour; a recording is a minute, so that one alarm in it shows as 62:');
print(row(['', ...DETECTORS.map((_, index) => `${index + 1}`)]));
print(row(['---', ...DETECTORS.map(() => '--:')]));
for (const trace of traces) {
  const alarms = DETECTORS.map((detector) => oneDigit(falseAlarmsAnHour(detector, trace)));
  print(row([trace.name, ...alarms]));
}

print('');
print('From a hang to its alarm in ms, middle / worst of 200 hangs in each trace:');
print(row(['detector', ...HANGING, 'made up']));
print(row(['---', ...HANGING.map(() => '--:'), '--:']));
DETECTORS.forEach((detector, index) => {
  const found = HANGING.map((condition) => sayTimes(detector, [readRecording(condition)]));
  print(row([`${index + 1}: ${detector.name}`, ...found, sayTimes(detector, calm)]));
});
print(`\nMade-up traces are ${MADE_UP_HOURS} h each.`);

function sayTimes(detector: Detector, among: readonly Trace[]): string {
  const times = among.flatMap((trace) => detectionTimes(detector, trace));
  times.sort((left, right) => left - right);
  const [middle, worst] = [times[times.length >>> 1] ?? Infinity, times.at(-1) ?? Infinity];
  return `${oneNumber(middle)} / ${oneNumber(worst)}`;
}

function oneNumber(ms: number): string {
  return ms === Infinity ? 'not found' : ms.toFixed(0);
}

function oneDigit(value: number): string {
  return value === 0 ? '0' : value.toFixed(value < 10 ? 1 : 0);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
