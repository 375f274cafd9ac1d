// A value of the relay's file and where it stands, so that every problem can name its line and key.
// The relay reads its own file: it is a program of its own and shares no schema with the sidecar.

import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

export interface Problem {
  readonly line: number;
  readonly key: string;
  readonly expected: string;
  readonly got: string;
}

/** A file that cannot be used. The message lists its problems, one a line. */
export class RelayConfigError extends Error {
  override readonly name = 'RelayConfigError';
  readonly code = 'relay-config-invalid';
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(
      problems
        .slice(0, PROBLEMS_SAID_MAX)
        .map((each) => say(file, each))
        .join('\n'),
    );
    this.problems = problems;
  }
}

/** Stands for a value that could not be read; its problem has been reported. */
export const INVALID = Symbol('invalid');
export type Invalid = typeof INVALID;

const PROBLEMS_SAID_MAX = 50;
const GOT_LENGTH_MAX = 60;
const FILE_LENGTH_MAX = 262_144;

export class Place {
  readonly #document: Source;
  readonly #node: Node | null;
  readonly #key: string;
  readonly #line: number;

  private constructor(document: Source, node: Node | null, key: string, line: number) {
    this.#document = document;
    this.#node = node;
    this.#key = key;
    this.#line = line;
  }

  /** Throws RelayConfigError for a text that is no YAML. */
  static root(text: string, file: string): { readonly root: Place; readonly problems: Problem[] } {
    const lines = new LineCounter();
    if (text.length > FILE_LENGTH_MAX) {
      const expected = `at most ${FILE_LENGTH_MAX} characters`;
      throw new RelayConfigError(file, [{ line: 1, key: '', expected, got: `${text.length}` }]);
    }
    const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const faults = [...parsed.errors, ...parsed.warnings].map(({ pos, message }) => ({
      line: lines.linePos(pos[0]).line,
      key: '',
      expected: 'well-formed YAML',
      got: message.replaceAll('\n', ' '),
    }));
    if (faults.length > 0) {
      throw new RelayConfigError(file, faults);
    }
    const problems: Problem[] = [];
    return { root: new Place({ lines, problems }, parsed.contents, '', 1), problems };
  }

  get present(): boolean {
    return this.#node !== null;
  }

  get scalar(): unknown {
    return isScalar(this.#node) ? this.#node.value : undefined;
  }

  /** The keys of the mapping that stands here; undefined when none does. */
  get keys(): readonly string[] | undefined {
    return isMap(this.#node)
      ? this.#node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''))
      : undefined;
  }

  /** The items of the list that stands here; undefined when none does. */
  get items(): readonly Place[] | undefined {
    return isSeq(this.#node)
      ? this.#node.items.map((item, index) => this.#child(item, `${this.#key}[${index}]`, item))
      : undefined;
  }

  key(name: string): Place {
    const pair = isMap(this.#node)
      ? this.#node.items.find(({ key }) => isScalar(key) && key.value === name)
      : undefined;
    return this.#child(pair?.value, this.#key === '' ? name : `${this.#key}.${name}`, pair?.key);
  }

  /** Reports what is wrong here. */
  refuse(expected: string, got = describe(this.#node)): Invalid {
    this.#document.problems.push({ line: this.#line, key: this.#key, expected, got });
    return INVALID;
  }

  #child(value: unknown, key: string, at: unknown): Place {
    const range = isNode(at) ? at.range : undefined;
    const line = range ? this.#document.lines.linePos(range[0]).line : this.#line;
    return new Place(this.#document, isNode(value) ? value : null, key, line);
  }
}

interface Source {
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

function describe(node: Node | null): string {
  if (isMap(node)) {
    return 'a mapping';
  }
  if (isSeq(node)) {
    return `a list of ${node.items.length}`;
  }
  const value = isScalar(node) ? node.value : undefined;
  return value === undefined || value === null
    ? 'nothing'
    : JSON.stringify(value).slice(0, GOT_LENGTH_MAX);
}

function say(file: string, { line, key, expected, got }: Problem): string {
  return `${file}:${line}:${key === '' ? '' : ` ${key}:`} expected ${expected}, got ${got}`;
}
