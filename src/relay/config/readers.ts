// Small readers: each turns a place of the file into a value, or reports what is wrong and returns
// INVALID. Reading goes on either way, so that one start shows every problem.

import { canonicalAddress } from '../sdp/address.js';
import type { Endpoint } from '../call/record.js';
import { INVALID, type Invalid, type Place } from './place.js';

export type Reader<T> = (place: Place) => T | Invalid;

/** A key with what holds when it is absent; without `absent` it must be there. */
export interface Field<T> {
  readonly read: Reader<T>;
  readonly absent?: () => T;
}

export type Values<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

const PORT_MAX = 65_535;
const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export function required<T>(read: Reader<T>): Field<T> {
  return { read };
}

export function optional<T>(read: Reader<T>, absent: NoInfer<T>): Field<T> {
  return { read, absent: () => absent };
}

export function mapping<F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
): Reader<Values<F>> {
  const known = Object.keys(fields).join(', ');
  return (place) => {
    const keys = place.keys;
    if (keys === undefined) {
      return place.refuse(`a mapping with the keys ${known}`);
    }
    const strangers = keys.filter((key) => !Object.hasOwn(fields, key));
    strangers.forEach((key) => place.key(key).refuse(`one of the keys ${known}`, 'an unknown key'));
    let good = strangers.length === 0;
    const entries = Object.entries(fields).map(([key, { read, absent }]) => {
      const child = place.key(key);
      const left = !keys.includes(key) && absent !== undefined;
      const value = left ? absent() : read(child);
      good &&= value !== INVALID;
      return [key, value] as const;
    });
    return good ? (Object.fromEntries(entries) as Values<F>) : INVALID;
  };
}

export function listOf<T>(read: Reader<T>, of: string, max: number): Reader<readonly T[]> {
  return (place) => {
    const items = place.items;
    if (items === undefined || items.length === 0 || items.length > max) {
      return place.refuse(`a list of 1 to ${max} ${of}`);
    }
    const values = items.map(read);
    return values.includes(INVALID) ? INVALID : (values as readonly T[]);
  };
}

export function text<T>(expected: string, accept: (value: string) => T | undefined): Reader<T> {
  return (place) => {
    const value = place.scalar;
    const accepted = typeof value === 'string' ? accept(value) : undefined;
    return accepted ?? place.refuse(expected);
  };
}

export function integer(min: number, max: number): Reader<number> {
  return (place) => {
    const value = place.scalar;
    const fits = typeof value === 'number' && Number.isInteger(value);
    return fits && value >= min && value <= max
      ? value
      : place.refuse(`a whole number from ${min} to ${max}`);
  };
}

export function choice<const T extends string>(choices: readonly T[]): Reader<T> {
  return text(`one of ${choices.join(', ')}`, (value) => choices.find((each) => each === value));
}

/** In milliseconds. The unit is part of the value, so that nobody has to know which one is meant. */
export function duration(minMs: number, maxMs: number): Reader<number> {
  const expected = `a duration with a unit (ms, s, m, h) from ${minMs / 1_000}s to ${maxMs / 1_000}s`;
  return text(expected, (value) => {
    const [, digits, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(value) ?? [];
    const ms = Number(digits) * (MS_PER_UNIT[unit] ?? Number.NaN);
    return ms >= minMs && ms <= maxMs ? ms : undefined;
  });
}

export const address: Reader<string> = text('an IPv4 or IPv6 address', canonicalAddress);

/** `ADDRESS:PORT`, with brackets around IPv6. */
export const endpoint: Reader<Endpoint> = text('ADDRESS:PORT', (value) => {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const host = canonicalAddress(match?.[1] ?? match?.[2] ?? '');
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= PORT_MAX ? { host, port } : undefined;
});

export const absolutePath: Reader<string> = text('an absolute path', (value) =>
  value.startsWith('/') ? value : undefined,
);
