import type { Config } from '../config.js';
import type { Path } from '../../yaml/problem.js';
import type { Violation } from './rule.js';

interface Placed<T> {
  readonly path: Path;
  readonly value: T;
}

export function vipNamesDiffer({ vips }: Config): readonly Violation[] {
  const names = vips.map(({ name }, index) => ({ path: ['vips', index, 'name'], value: name }));
  return repeats(names, 'a name that no other VIP has');
}

/** One prefix under two VIPs would be announced with two ranks at once. */
export function prefixesDiffer({ vips }: Config): readonly Violation[] {
  const prefixes = vips.flatMap((vip, index) =>
    vip.prefixes.map((value, position) => ({
      path: ['vips', index, 'prefixes', position],
      value,
    })),
  );
  return repeats(prefixes, 'a prefix that stands nowhere else');
}

/** Sessions of two VIPs in one database could not be told apart. */
export function databasesDiffer({ vips }: Config): readonly Violation[] {
  const databases = vips.flatMap(({ database }, index) =>
    database === undefined ? [] : [{ path: ['vips', index, 'database'], value: database }],
  );
  return repeats(databases, 'a database that no other VIP uses');
}

/** A standby of itself would vote twice for the same address. */
export function standbyIsOfAnotherNode({ node, vips }: Config): readonly Violation[] {
  return vips.flatMap(({ role }, index) =>
    role.kind === 'standby' && role.of === node
      ? [{ path: ['vips', index, 'of'], expected: 'another node than this one', got: node }]
      : [],
  );
}

function repeats<T>(values: readonly Placed<T>[], expected: string): readonly Violation[] {
  const seen = new Set<T>();
  return values.flatMap(({ path, value }) => {
    const repeated = seen.has(value);
    seen.add(value);
    return repeated ? [{ path, expected, got: `${String(value)} again` }] : [];
  });
}
