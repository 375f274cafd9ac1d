import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A directory of the running test's own, with a name short enough for a Unix socket inside. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync('/tmp/hl-');
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function within(directory: { readonly path: string }, name: string): string {
  return join(directory.path, name);
}
