import type { BgpConfig } from '../../../config/config.js';
import { RenderError } from '../../../config/render-error.js';

/** The host's own IPv4 address does when none is chosen. */
export function routerIdOf({ routerId, nextHop }: BgpConfig): string {
  const chosen = routerId ?? nextHop.ipv4;
  if (chosen === undefined) {
    throw new RenderError('bgp.router-id', 'an IPv4 address');
  }
  return chosen;
}
