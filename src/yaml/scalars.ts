// Readers for single values that know nothing of networks.

import { isScalar } from 'yaml';

import { DURATION_SHAPE, formatDuration, parseDuration } from './duration.js';
import { nearestOf } from './nearest.js';
import type { Place } from './place.js';
import { listOf, type Reader } from './readers.js';
import { formatSize, parseSize, SIZE_SHAPE } from './size.js';

/** The path of a Unix socket must fit into the kernel's sockaddr_un. */
const SOCKET_PATH_BYTES_MAX = 107;
const PATH_LENGTH_MAX = 4096;
const ARGUMENTS_MAX = 32;

/** The value as a string, or undefined when it is anything else. */
export function stringAt(place: Place): string | undefined {
  return isScalar(place.node) && typeof place.node.value === 'string'
    ? place.node.value
    : undefined;
}

/** A string that `accept` turns into a value; undefined refuses it. */
export function text<T>(expected: string, accept: (value: string) => T | undefined): Reader<T> {
  return (place) => {
    const value = stringAt(place);
    return (value === undefined ? undefined : accept(value)) ?? place.refuse({ expected });
  };
}

export function matching(expected: string, shape: RegExp): Reader<string> {
  return text(expected, (value) => (shape.test(value) ? value : undefined));
}

export function choice<const T extends string>(choices: readonly T[]): Reader<T> {
  return (place) => {
    const value = stringAt(place);
    const found = choices.find((each) => each === value);
    if (found !== undefined) {
      return found;
    }
    const near = value === undefined ? undefined : nearestOf(value, choices);
    return place.refuse({
      expected: `one of ${choices.join(', ')}`,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    });
  };
}

export function integer(min: number, max: number): Reader<number> {
  return (place) => {
    const value = isScalar(place.node) ? place.node.value : undefined;
    const fits = typeof value === 'number' && Number.isInteger(value);
    return fits && value >= min && value <= max
      ? value
      : place.refuse({ expected: `a whole number from ${min} to ${max}` });
  };
}

export const yesOrNo: Reader<boolean> = (place) => {
  const value = isScalar(place.node) ? place.node.value : undefined;
  return typeof value === 'boolean' ? value : place.refuse({ expected: 'true or false' });
};

/** A number with a unit: how it is read and written, and what its shape is called. */
interface Quantity {
  readonly shape: string;
  readonly parse: (value: string) => number | undefined;
  readonly format: (value: number) => string;
}

const DURATION: Quantity = { shape: DURATION_SHAPE, parse: parseDuration, format: formatDuration };
const SIZE: Quantity = { shape: SIZE_SHAPE, parse: parseSize, format: formatSize };

function quantity({ shape, parse, format }: Quantity, min: number, max: number): Reader<number> {
  return text(`${shape} from ${format(min)} to ${format(max)}`, (value) => {
    const found = parse(value);
    return found !== undefined && found >= min && found <= max ? found : undefined;
  });
}

/** In milliseconds. */
export function duration(bounds: {
  readonly minMs: number;
  readonly maxMs: number;
}): Reader<number> {
  return quantity(DURATION, bounds.minMs, bounds.maxMs);
}

/** In bytes. */
export function size(bounds: {
  readonly minBytes: number;
  readonly maxBytes: number;
}): Reader<number> {
  return quantity(SIZE, bounds.minBytes, bounds.maxBytes);
}

const PERCENT = /^(\d{1,3}(?:\.\d)?)%$/;

/** A share of all, written as a percentage, from 0 (exclusive) to 1. */
export const percentage: Reader<number> = text('a percentage above 0% and up to 100%', (value) => {
  const percent = Number(PERCENT.exec(value)?.[1]);
  return percent > 0 && percent <= 100 ? percent / 100 : undefined;
});

/** A program with its arguments, to be run without a shell. */
export const commandLine: Reader<readonly string[]> = listOf(
  matching('a program or one of its arguments', /^[^\0]{1,1024}$/),
  { of: 'strings, the program first', max: ARGUMENTS_MAX },
);

export const absolutePath: Reader<string> = text('an absolute path', (value) =>
  value.startsWith('/') && value.length <= PATH_LENGTH_MAX ? value : undefined,
);

export const socketPath: Reader<string> = text(
  `the absolute path of a Unix socket, at most ${SOCKET_PATH_BYTES_MAX} bytes`,
  (value) => (isSocketPath(value) ? value : undefined),
);

export function isSocketPath(value: string): boolean {
  return value.startsWith('/') && Buffer.byteLength(value) <= SOCKET_PATH_BYTES_MAX;
}
