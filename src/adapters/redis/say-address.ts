import type { HostPort } from '../../config/config.js';

/** An address as a person writes it; a Unix socket by its path. */
export function sayAddress(address: HostPort & { readonly path?: string }): string {
  const { host, port, path } = address;
  return path ?? (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
}
