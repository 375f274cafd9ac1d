// Small readers that are put together to the schema. A reader turns a place of the file into a
// value of its type, or reports a problem there and returns INVALID; reading goes on either way,
// so that one run of `holdline check` shows every problem.

import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';

import { nearestOf } from './nearest.js';
import { INVALID, type Invalid, type Place } from './place.js';

export type Reader<T> = (place: Place) => T | Invalid;

/** A key of a mapping: how its value is read, and what holds when the key is absent. */
export interface Field<T> {
  readonly read: Reader<T>;
  readonly absent: Reader<T>;
  /** Not offered to people as a known key. */
  readonly hidden?: boolean;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** Reading what is absent gives the reader's own complaint: "expected …, got nothing". */
export function required<T>(read: Reader<T>): Field<T> {
  return { read, absent: read };
}

export function optional<T>(read: Reader<T>): Field<T | undefined> {
  return { read, absent: () => undefined };
}

export function withDefault<T>(read: Reader<T>, value: NoInfer<T>): Field<T> {
  return { read, absent: () => value };
}

/** A mapping whose keys all have defaults may be left out. */
export function section<T>(read: Reader<T>): Field<T> {
  return { read, absent: (place) => read(place.asEmptyMapping()) };
}

/** A key that Holdline's contract names and this version cannot honour: said, never ignored. */
export function notYet(what: string): Field<undefined> {
  const read = (place: Place): Invalid =>
    place.refuse({ expected: `no such key: ${what} is not in this version of Holdline yet` });
  return { read, absent: () => undefined, hidden: true };
}

export function mapping<F extends Fields>(fields: F): Reader<Values<F>> {
  return (place) => {
    if (!isMap(place.node)) {
      return place.refuse({ expected: `a mapping with the keys ${knownKeys(fields)}` });
    }
    const strangers = refuseStrangers(place, place.node, fields);
    const entries = Object.entries(fields).map(([key, field]) => {
      const child = place.key(key);
      return [key, place.has(key) ? field.read(child) : field.absent(child)] as const;
    });
    return strangers === 0 && entries.every(([, value]) => value !== INVALID)
      ? (Object.fromEntries(entries) as Values<F>)
      : INVALID;
  };
}

/** Reports every key that the schema does not know and returns how many there are. */
function refuseStrangers(place: Place, map: YAMLMap, fields: Fields): number {
  const keys = map.items.map(({ key }) => key as Node | null);
  const strangers = keys.filter((key) => !Object.hasOwn(fields, nameOf(key)));
  for (const key of strangers) {
    const near = nearestOf(nameOf(key), shownKeys(fields));
    place.child(nameOf(key), key).refuse({
      expected: `one of the keys ${knownKeys(fields)}`,
      got: 'an unknown key',
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    });
  }
  return strangers.length;
}

function nameOf(key: Node | null): string {
  return isScalar(key) ? String(key.value) : '';
}

function shownKeys(fields: Fields): readonly string[] {
  return Object.keys(fields).filter((key) => fields[key]?.hidden !== true);
}

function knownKeys(fields: Fields): string {
  return shownKeys(fields).join(', ');
}

export interface ListOptions {
  readonly of: string;
  readonly max: number;
}

/** A list with at least one item. */
export function listOf<T>(read: Reader<T>, { of, max }: ListOptions): Reader<readonly T[]> {
  return (place) => {
    const length = isSeq(place.node) ? place.node.items.length : 0;
    if (!isSeq(place.node) || length === 0 || length > max) {
      return place.refuse({ expected: `a list of 1 to ${max} ${of}` });
    }
    const values = place.node.items.map((item, index) =>
      read(place.child(index, item as Node | null)),
    );
    return values.includes(INVALID) ? INVALID : (values as readonly T[]);
  };
}

/** Reads a mapping one way and anything else the other way. */
export function mappingOr<M, S>(whenMapping: Reader<M>, otherwise: Reader<S>): Reader<M | S> {
  return (place) => (isMap(place.node) ? whenMapping(place) : otherwise(place));
}

export function mapped<T, U>(read: Reader<T>, turn: (value: T) => U): Reader<U> {
  return (place) => {
    const value = read(place);
    return value === INVALID ? INVALID : turn(value);
  };
}
