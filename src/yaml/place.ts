// One value of the file while it is read, and the one way to say what is wrong with it.

import { isAlias, isMap, isNode, isScalar, isSeq, YAMLMap, type Node } from 'yaml';

import type { SourceDocument } from './document.js';
import type { Path, Problem } from './problem.js';

/** Returned in place of a value that could not be read; its problem has been reported. */
export const INVALID = Symbol('invalid');
export type Invalid = typeof INVALID;

const GOT_LENGTH_MAX = 60;

export interface Refusal {
  readonly expected: string;
  /** What stands there, unless it is the value itself. */
  readonly got?: string;
  readonly hint?: string;
}

interface Reading {
  readonly document: SourceDocument;
  readonly problems: Problem[];
}

export class Place {
  readonly node: Node | null;
  readonly path: Path;
  readonly line: number;
  readonly #reading: Reading;

  private constructor(reading: Reading, node: Node | null, path: Path, line: number) {
    this.#reading = reading;
    this.node = node;
    this.path = path;
    this.line = line;
  }

  static root(document: SourceDocument, problems: Problem[]): Place {
    const line = document.lineOf(document.root) ?? 1;
    return new Place({ document, problems }, document.root, [], line);
  }

  /** The place one step down, on the line of its key; without one, on that of its value. */
  child(step: string | number, node: Node | null, key?: Node): Place {
    const { document } = this.#reading;
    const line = document.lineOf(key) ?? document.lineOf(node) ?? this.line;
    return new Place(this.#reading, node, [...this.path, step], line);
  }

  has(name: string): boolean {
    return isMap(this.node) && this.node.has(name);
  }

  /** The place of a key of the mapping here, whether it is in the file or not. */
  key(name: string): Place {
    const pair = isMap(this.node)
      ? this.node.items.find(({ key }) => isScalar(key) && key.value === name)
      : undefined;
    return this.child(name, asNode(pair?.value), asNode(pair?.key) ?? undefined);
  }

  /** The same place as if an empty mapping stood there, so that the defaults inside it apply. */
  asEmptyMapping(): Place {
    return new Place(this.#reading, new YAMLMap(), this.path, this.line);
  }

  isFalse(): boolean {
    return isScalar(this.node) && this.node.value === false;
  }

  refuse({ expected, got, hint }: Refusal): Invalid {
    this.#reading.problems.push({
      line: this.line,
      path: this.path,
      expected,
      got: got ?? describe(this.node),
      ...(hint === undefined ? {} : { hint }),
    });
    return INVALID;
  }
}

function asNode(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

function describe(node: Node | null): string {
  if (isMap(node)) {
    return 'a mapping';
  }
  if (isSeq(node)) {
    return `a list of ${node.items.length}`;
  }
  if (isAlias(node)) {
    return 'an alias';
  }
  return isScalar(node) ? describeScalar(node.value) : 'nothing';
}

function describeScalar(value: unknown): string {
  if (value === null || value === undefined) {
    return 'nothing';
  }
  const text = maskUserInfo(JSON.stringify(value));
  return text.length > GOT_LENGTH_MAX ? `${text.slice(0, GOT_LENGTH_MAX)}…` : text;
}

/** A URL may carry a password where none is allowed; the refusal must not repeat it. */
function maskUserInfo(text: string): string {
  return text.replace(/\/\/.*@/, '//***@');
}
