// A YAML text as a tree whose every node knows its line.

import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

import { ConfigError, type Path, type Problem } from './problem.js';

/** Far above any real file; keeps a wrong path (a log, a disk image) from filling the memory. */
export const LENGTH_MAX = 262_144;

export interface SourceDocument {
  readonly root: Node | null;
  lineOf(node: Node | null | undefined): number | undefined;
}

export function readDocument(text: string, file: string): SourceDocument {
  if (text.length > LENGTH_MAX) {
    const got = `${text.length} characters`;
    throw new ConfigError('config-unreadable', file, [
      { line: 1, path: [], expected: `at most ${LENGTH_MAX} characters`, got },
    ]);
  }
  const lines = new LineCounter();
  // Pretty errors quote the line, and the line may hold a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map((fault): Problem => ({
      line: lines.linePos(fault.pos[0]).line,
      path: [],
      expected: 'well-formed YAML',
      got: sayFault(fault.code, fault.message),
    }));
    throw new ConfigError('config-not-yaml', file, problems);
  }
  return {
    root: document.contents,
    lineOf: (node) => (node?.range ? lines.linePos(node.range[0]).line : undefined),
  };
}

function sayFault(code: string, message: string): string {
  return code === 'DUPLICATE_KEY' ? 'the same key twice' : message.replaceAll('\n', ' ');
}

/** The line of a key or list item, or of the nearest one around it when it is not there. */
export function lineOfPath(document: SourceDocument, path: Path): number {
  let node: Node | null | undefined = document.root;
  let line = document.lineOf(node) ?? 1;
  for (const step of path) {
    const child = childOf(node, step);
    line = document.lineOf(child.at) ?? line;
    node = child.node;
  }
  return line;
}

interface Child {
  readonly node: Node | undefined;
  /** The node that stands on the child's line: its key in a mapping. */
  readonly at: Node | undefined;
}

function childOf(node: Node | null | undefined, step: string | number): Child {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    return { node: asNode(pair?.value), at: asNode(pair?.key) };
  }
  const item = isSeq(node) && typeof step === 'number' ? asNode(node.items[step]) : undefined;
  return { node: item, at: item };
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}
