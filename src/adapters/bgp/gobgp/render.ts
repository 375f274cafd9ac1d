// The whole gobgpd.toml that fits a holdline.yaml. Start it on a machine whose API only Holdline
// reaches, and rid it of the socket file that a killed gobgpd leaves behind:
//   rm -f /run/gobgp/api.sock
//   gobgpd -f gobgpd.toml --api-hosts unix:///run/gobgp/api.sock --pprof-disable

import type { Config, NeighbourConfig } from '../../../config/config.js';
import { RenderError } from '../../../config/render-error.js';
import { familyOf, type FamilyName } from './family.js';
import { routerIdOf } from './router-id.js';

const ALL_ADDRESSES: Readonly<Record<FamilyName, string>> = { ipv4: '0.0.0.0', ipv6: '::' };

const PREFIX_LENGTH: Readonly<Record<FamilyName, number>> = { ipv4: 32, ipv6: 128 };

export function renderGobgp(config: Config): string {
  const prefixes = config.vips.flatMap((vip) => vip.prefixes);
  const families = (['ipv4', 'ipv6'] as const).filter((family) =>
    prefixes.some((prefix) => familyOf(prefix) === family),
  );
  const sections = [
    `# gobgpd configuration of ${config.node}, rendered by \`holdline render gobgp\`.`,
    globalSection(config),
    ...families.map((family) => prefixSet(family, prefixes)),
    importPolicy(),
    exportPolicy(families),
    ...config.bgp.neighbours.map((each, index) => neighbourSection(each, index, families)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function globalSection({ bgp }: Config): string {
  // Only the families that are spoken: gobgpd ends when it cannot listen on one of them.
  const listen = new Set(bgp.neighbours.map(({ address }) => ALL_ADDRESSES[familyOf(address)]));
  return `[global.config]
  as = ${bgp.localAs}
  router-id = ${quote(routerIdOf(bgp))}
  local-address-list = [${[...listen].map(quote).join(', ')}]

# Both directions are closed but for what the two policies let through.
[global.apply-policy.config]
  import-policy-list = ["holdline-import"]
  default-import-policy = "reject-route"
  export-policy-list = ["holdline-export"]
  default-export-policy = "reject-route"`;
}

function prefixSet(family: FamilyName, prefixes: readonly string[]): string {
  const length = PREFIX_LENGTH[family];
  const entries = prefixes
    .filter((prefix) => familyOf(prefix) === family)
    .map(
      (prefix) => `  [[defined-sets.prefix-sets.prefix-list]]
    ip-prefix = ${quote(prefix)}
    masklength-range = "${length}..${length}"`,
    );
  return `[[defined-sets.prefix-sets]]
  prefix-set-name = "holdline-${family}"
${entries.join('\n')}`;
}

/** Import policies judge routes from the API too, so that these have to be let in by name. */
function importPolicy(): string {
  return `# Routes given over the API come in; routes of neighbours stay out.
[[policy-definitions]]
  name = "holdline-import"
  [[policy-definitions.statements]]
    name = "holdline-import-local"
    [policy-definitions.statements.conditions.bgp-conditions]
      route-type = "local"
    [policy-definitions.statements.actions]
      route-disposition = "accept-route"`;
}

function exportPolicy(families: readonly FamilyName[]): string {
  const statements = families.map(
    (family) => `  [[policy-definitions.statements]]
    name = "holdline-export-${family}"
    [policy-definitions.statements.conditions.match-prefix-set]
      prefix-set = "holdline-${family}"
      match-set-options = "any"
    [policy-definitions.statements.actions]
      route-disposition = "accept-route"`,
  );
  return `# Nothing but the configured prefixes ever leaves.
[[policy-definitions]]
  name = "holdline-export"
${statements.join('\n')}`;
}

function neighbourSection(
  { address, as }: NeighbourConfig,
  index: number,
  families: readonly FamilyName[],
): string {
  if (as === undefined) {
    throw new RenderError(`bgp.neighbours[${index}].as`, `the AS number of ${address}`);
  }
  const spoken = new Set<FamilyName>(['ipv4', ...families]);
  const afiSafis = [...spoken].map(
    (family) => `  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "${family}-unicast"`,
  );
  return `[[neighbors]]
  [neighbors.config]
    neighbor-address = ${quote(address)}
    peer-as = ${as}
  # The shortest that GoBGP takes: it raises connect-retry below 5 to 5, and 3 is BGP's least hold
  # time. After a loss of the session it refuses connections for 5 s, which no setting shortens.
  [neighbors.timers.config]
    hold-time = 3
    keepalive-interval = 1
    connect-retry = 5
    idle-hold-time-after-reset = 1
  # A router that kept the routes of a dead host would keep sending it calls.
  [neighbors.graceful-restart.config]
    enabled = false
${afiSafis.join('\n')}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
