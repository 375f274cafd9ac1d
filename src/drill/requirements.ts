import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { PROGRAM_ENVIRONMENT } from './lab/environment.js';
import type { BgpDriver, RelayKind, StoreKind } from './lab/programs.js';
import type { DrillOptions } from './options.js';
import type { ScenarioName } from './scenarios/scenario.js';

interface Requirement {
  readonly program: string;
  /** The Debian package that has it. */
  readonly package: string;
  readonly only?: BgpDriver | RelayKind | StoreKind | ScenarioName;
}

const REQUIREMENTS: readonly Requirement[] = [
  { program: 'rtpengine', package: 'rtpengine-daemon', only: 'rtpengine' },
  { program: 'redis-server', package: 'redis-server', only: 'redis' },
  { program: 'redis-cli', package: 'redis-tools', only: 'redis' },
  { program: 'valkey-server', package: 'valkey-server', only: 'valkey' },
  { program: 'valkey-cli', package: 'valkey-tools', only: 'valkey' },
  { program: 'bird', package: 'bird2' },
  { program: 'gobgpd', package: 'gobgpd', only: 'gobgp' },
  { program: 'ip', package: 'iproute2' },
  { program: 'nft', package: 'nftables' },
  { program: 'dumpcap', package: 'wireshark-common' },
  { program: 'kamailio', package: 'kamailio', only: 'telephony' },
  { program: 'sipp', package: 'sip-tester', only: 'telephony' },
  { program: 'unshare', package: 'util-linux' },
];

/** One sentence that says what to install, or undefined when every program is there. */
export function whatIsMissing(
  { bgp, relay, store, scenario }: Pick<DrillOptions, 'bgp' | 'relay' | 'store' | 'scenario'>,
  path = PROGRAM_ENVIRONMENT['PATH'] ?? '',
): string | undefined {
  const directories = path.split(':').filter((directory) => directory !== '');
  const wanted: readonly string[] = [
    bgp,
    relay,
    store,
    ...(scenario === 'all' ? ['telephony'] : [scenario]),
  ];
  const missing = REQUIREMENTS.filter(
    ({ program, only }) =>
      (only === undefined || wanted.includes(only)) && !isInstalled(program, directories),
  );
  if (missing.length === 0) {
    return undefined;
  }
  const programs = missing.map(({ program }) => program).join(', ');
  const packages = missing.map((each) => each.package).join(' ');
  const source = programs.includes('valkey') ? ' (Debian 13 has them, and bookworm-backports)' : '';
  return `missing: ${programs}${source}; install with: sudo apt-get install -y --no-install-recommends ${packages}`;
}

function isInstalled(program: string, directories: readonly string[]): boolean {
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const NAMESPACES: readonly string[] = [
  ...['unshare', '--user', '--map-root-user', '--net', '--mount', '--pid'],
  ...['--fork', '--kill-child', '--mount-proc'],
];

/** One sentence that says why private namespaces cannot be had, or undefined when they can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  const [file = '', ...args] = NAMESPACES;
  const tried = await execa(file, [...args, 'true'], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
    env: PROGRAM_ENVIRONMENT,
  });
  return tried.failed
    ? `this system gives no private namespaces (${tried.stderr || tried.shortMessage}); allow them ` +
        'with: sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000'
    : undefined;
}
