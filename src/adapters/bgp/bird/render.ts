// Prints the whole bird.conf that fits a holdline.yaml. Everything Holdline announces is `disabled`
// in the file, so a daemon that was started or reconfigured announces nothing until it is told.

import { attributesFor, type RankAttributes } from '../../../domain/attributes.js';
import type { Config, NeighbourConfig } from '../../../config/config.js';
import { RenderError } from '../../../config/render-error.js';
import { keepsExportTable } from './export-table.js';
import { familyOf, groupsOf, protocolName, type Family, type RouteGroup } from './route-group.js';

/** BIRD takes the route with the highest preference, so a better rank wins while two are up. */
const PREFERENCE_BEST = 200;

export function renderBird(config: Config): string {
  const groups = groupsOf(config.vips);
  const { neighbours } = config.bgp;
  const parts = [
    header(config),
    ...groups.flatMap((group) => group.ranks.map((rank) => staticProtocol(group, rank))),
    exportFilter(config, groups),
    ...(neighbours.some(({ bfd }) => bfd !== undefined) ? [BFD_PROTOCOL] : []),
    ...neighbours.map((neighbour, index) => bgpProtocol(config, groups, { neighbour, index })),
  ];
  return `${parts.join('\n\n')}\n`;
}

function header(config: Config): string {
  return lines(
    `# BIRD 2 for ${config.node}, printed by \`holdline render bird\`. Do not edit: print it anew.`,
    '# There is no `protocol kernel`: the VIPs are addresses of this host, and a route to them in',
    '# the kernel would take their packets away from the relay.',
    'log stderr all;',
    ...(config.bgp.routerId === undefined ? [] : [`router id ${config.bgp.routerId};`]),
    '',
    'protocol device { }',
  );
}

function staticProtocol(group: RouteGroup, rank: number): string {
  return lines(
    `protocol static ${protocolName(group, rank)} {`,
    '  disabled;',
    `  ${group.family} { preference ${PREFERENCE_BEST - rank}; };`,
    ...group.prefixes.map((prefix) => `  route ${prefix} blackhole;`),
    '}',
  );
}

function exportFilter(config: Config, groups: readonly RouteGroup[]): string {
  const { localAs, rankBy } = config.bgp;
  const cases = groups.flatMap((group) =>
    group.ranks.map((rank) =>
      lines(
        `  if proto = "${protocolName(group, rank)}" then {`,
        ...statements(attributesFor(group.vip.role, rank, rankBy), localAs).map(
          (statement) => `    ${statement}`,
        ),
        '    accept;',
        '  }',
      ),
    ),
  );
  return lines('filter holdline_export {', ...cases, '  reject;', '}');
}

function statements(attributes: RankAttributes, localAs: number): readonly string[] {
  const { prepends, med, localPref, communities } = attributes;
  return [
    ...Array<string>(prepends).fill(`bgp_path.prepend(${localAs});`),
    ...(med === undefined ? [] : [`bgp_med = ${med};`]),
    ...(localPref === undefined ? [] : [`bgp_local_pref = ${localPref};`]),
    ...communities.map((each) => `bgp_community.add((${each.replace(':', ',')}));`),
  ];
}

const BFD_PROTOCOL = 'protocol bfd { }';

/**
 * Graceful restart is off: with it, the router would go on sending calls to a host whose daemon is
 * dead. The timers are short because BIRD's own would keep a session down for minutes.
 */
const SESSION_LINES = [
  'hold time 9;',
  'connect delay time 1;',
  'connect retry time 5;',
  'error wait time 1, 2;',
  'graceful restart off;',
  'long lived graceful restart off;',
] as const;

function bgpProtocol(
  config: Config,
  groups: readonly RouteGroup[],
  { neighbour, index }: { neighbour: NeighbourConfig; index: number },
): string {
  const { localAs } = config.bgp;
  if (neighbour.as === undefined) {
    const expected = `the AS number of ${neighbour.address}`;
    throw new RenderError(`bgp.neighbours[${index}].as`, expected);
  }
  const families = new Set(groups.map(({ family }) => family));
  return lines(
    `protocol bgp neighbour_${index + 1} {`,
    `  local as ${localAs};`,
    `  neighbor ${neighbour.address} as ${neighbour.as};`,
    ...SESSION_LINES.map((line) => `  ${line}`),
    ...bfdLines(config, neighbour),
    ...[...families].flatMap((family) => channelLines(config, neighbour, family)),
    '}',
  );
}

/** Inside an AS BIRD takes a neighbour for distant, which BFD at this pace is not made for. */
function bfdLines(config: Config, { bfd, as }: NeighbourConfig): readonly string[] {
  if (bfd === undefined) {
    return [];
  }
  const direct = as === config.bgp.localAs ? ['  direct;'] : [];
  return [...direct, `  bfd { interval ${bfd.intervalMs} ms; multiplier ${bfd.multiplier}; };`];
}

function channelLines(
  config: Config,
  neighbour: NeighbourConfig,
  family: Family,
): readonly string[] {
  const nextHop = config.bgp.nextHop[family];
  if (nextHop === undefined && familyOf(neighbour.address) !== family) {
    const expected = `an ${family} address to announce to ${neighbour.address}`;
    throw new RenderError(`bgp.next-hop.${family}`, expected);
  }
  return [
    `  ${family} {`,
    ...(nextHop === undefined ? [] : [`    next hop address ${nextHop};`]),
    '    import none;',
    '    export filter holdline_export;',
    ...(keepsExportTable(config.bgp.rankBy) ? ['    export table on;'] : []),
    '  };',
  ];
}

function lines(...each: readonly string[]): string {
  return each.join('\n');
}
