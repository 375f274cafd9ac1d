// GoBGP 3 has no BFD, so that a host that dies without a word keeps its routes for the hold time of
// 3 s. A BIRD that runs nothing but BFD beside it answers the router's BFD in its stead:
//   bird -f -c holdline-bfd.conf -s /run/holdline/bfd.ctl
// The two belong together: a router that has seen this BFD takes the session with gobgpd down as
// soon as it stops, and gobgpd then refuses the router for 5 s. Stop it only together with gobgpd.

import type { Config, NeighbourConfig } from '../../../config/config.js';
import { routerIdOf } from './router-id.js';

/** A dead host is noticed in 150 ms, as with BIRD. */
const BFD_DEFAULT = { intervalMs: 50, multiplier: 3 };

export function renderBfdCompanion({ node, bgp }: Config): string {
  const neighbours = bgp.neighbours.map(({ address }) => `  neighbor ${address};`);
  const { intervalMs, multiplier } = fastest(bgp.neighbours);
  return `# BFD beside the gobgpd of ${node}, rendered by \`holdline render gobgp\`: no routes, no BGP.
log stderr { info, warning, error, fatal };
router id ${routerIdOf(bgp)};

protocol device { }

protocol bfd holdline_bfd {
  interface "*" {
    min rx interval ${intervalMs} ms;
    min tx interval ${intervalMs} ms;
    multiplier ${multiplier};
  };
${neighbours.join('\n')}
}
`;
}

/** BIRD sets BFD by interface, not by neighbour: whoever wants it fastest decides. */
function fastest(neighbours: readonly NeighbourConfig[]): NonNullable<NeighbourConfig['bfd']> {
  const wanted = neighbours.map(({ bfd }) => bfd ?? BFD_DEFAULT);
  const detectMs = (bfd: typeof BFD_DEFAULT): number => bfd.intervalMs * bfd.multiplier;
  return wanted.toSorted((left, right) => detectMs(left) - detectMs(right))[0] ?? BFD_DEFAULT;
}
