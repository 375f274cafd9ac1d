import { readFileSync } from 'node:fs';

const manifest: unknown = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);

/** Holdline's version, as in package.json. */
export const VERSION = (manifest as { readonly version: string }).version;
