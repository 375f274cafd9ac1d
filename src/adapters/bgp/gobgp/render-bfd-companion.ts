// GoBGP 3 has no BFD, so that a host that dies without a word keeps its routes for the hold time of
// 3 s. A BIRD that runs nothing but BFD beside it answers the router's BFD in its stead:
//   bird -f -c holdline-bfd.conf -s /run/holdline/bfd.ctl
// The two belong together: a router that has seen this BFD takes the session with gobgpd down as
// soon as it stops, and gobgpd then refuses the router for 5 s. Stop it only together with gobgpd.

import type { Config, NeighbourConfig } from '../../../config/config.js';
import { RenderError } from '../../../config/render-error.js';
import { routerIdOf } from './router-id.js';

type Bfd = NonNullable<NeighbourConfig['bfd']>;

/** Neighbours with `bfd: false` are left out: a session that the router does not expect is noise. */
export function renderBfdCompanion({ node, bgp }: Config): string {
  const watched = bgp.neighbours.filter(({ bfd }) => bfd !== undefined);
  const neighbours = watched.map(({ address }) => `  neighbor ${address};`);
  const { intervalMs, multiplier } = fastest(watched.flatMap(({ bfd }) => bfd ?? []));
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
function fastest(wanted: readonly Bfd[]): Bfd {
  const detectMs = (bfd: Bfd): number => bfd.intervalMs * bfd.multiplier;
  const [found] = wanted.toSorted((left, right) => detectMs(left) - detectMs(right));
  if (found === undefined) {
    throw new RenderError('bgp.neighbours', 'a neighbour whose `bfd` is not false');
  }
  return found;
}
