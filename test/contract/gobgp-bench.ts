// A real gobgpd with the rendered configuration, a real receiving router, and the gobgp driver.

import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { renderGobgp } from '../../src/adapters/bgp/gobgp/render.js';
import { createGobgpSpeaker } from '../../src/adapters/bgp/gobgp/speaker.js';
import { attributesFor, type RankBy } from '../../src/domain/attributes.js';
import type { BgpSpeaker } from '../../src/ports/bgp-speaker.js';
import {
  requirePrograms,
  startNamespacePair,
  stopProcess,
  type NamespacePair,
} from './namespace-pair.js';
import { ReceivingRouter } from './receiving-router.js';
import {
  ADDRESSES,
  benchConfig,
  FOREIGN_PREFIX,
  SPEAKER_AS,
  VIPS,
  type DaemonControl,
  type Outsider,
  type RoutedBench,
} from './speaker-bench.js';
import { until } from './until.js';

const PACKAGES = { gobgpd: 'gobgpd', gobgp: 'gobgpd', bird: 'bird2', birdc: 'bird2' };
const COMMAND_MS_MAX = 250;

export const GOBGP_CONFIG = benchConfig({ driver: 'gobgp' });

export interface GobgpBench extends RoutedBench {
  readonly daemon: Gobgpd;
  readonly pair: NamespacePair;
  readonly directory: string;
}

export async function startGobgpBench(): Promise<GobgpBench> {
  await requirePrograms(PACKAGES);
  const directory = await mkdtemp(join(tmpdir(), 'hl-gobgp-'));
  const pair = await startNamespacePair();
  const router = new ReceivingRouter(pair.router, directory);
  const daemon = new Gobgpd(pair, directory);
  const stop = async (): Promise<void> => {
    await daemon.kill();
    await router.stop();
    await pair.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await router.start();
    await daemon.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ router, daemon, pair, directory, stop },
    outsider: daemon,
    openSpeaker: () => daemon.openSpeaker(),
  };
}

export class Gobgpd implements DaemonControl, Outsider {
  readonly socketPath: string;
  readonly #pair: NamespacePair;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  constructor(pair: NamespacePair, directory: string) {
    this.#pair = pair;
    this.#directory = directory;
    this.socketPath = join(directory, 'api.sock');
  }

  openSpeaker({ rankBy = 'as-path' }: { readonly rankBy?: RankBy } = {}): BgpSpeaker {
    return createGobgpSpeaker({
      address: `unix://${this.socketPath}`,
      vips: VIPS,
      rankBy,
      localAs: SPEAKER_AS,
      nextHop: ADDRESSES.speaker,
      neighbours: [ADDRESSES.router.ipv4],
      clock: { nowMs: () => performance.timeOrigin + performance.now() },
      commandMsMax: COMMAND_MS_MAX,
    });
  }

  async start(): Promise<void> {
    const file = join(this.#directory, 'gobgpd.toml');
    await writeFile(file, renderGobgp(GOBGP_CONFIG));
    // A socket file that a killed gobgpd left behind keeps the next one from starting.
    await rm(this.socketPath, { force: true });
    const api = ['--api-hosts', `unix://${this.socketPath}`, '--pprof-disable'];
    this.#process = this.#pair.speaker.spawn('gobgpd', ['-f', file, ...api]);
    this.#process.stdout?.resume();
    this.#process.stderr?.resume();
    await until('gobgpd answers', () => this.#gobgp('neighbor', ADDRESSES.router.ipv4));
    await this.#gobgp('global', 'rib', 'add', FOREIGN_PREFIX, 'nexthop', ADDRESSES.speaker.ipv4);
  }

  async kill(): Promise<void> {
    if (this.#process !== undefined) {
      await stopProcess(this.#process);
    }
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async removeRoute(_vip: unknown, prefix: string): Promise<void> {
    await this.#gobgp('global', 'rib', 'del', prefix, ...familyFlag(prefix));
  }

  async addRoute(...[vip, prefix, rank]: Parameters<Outsider['addRoute']>): Promise<void> {
    const { prepends, communities } = attributesFor(vip.role, rank, 'as-path');
    const asPath = Array.from({ length: prepends }, () => String(SPEAKER_AS)).join(',');
    await this.#gobgp(
      ...['global', 'rib', 'add', prefix, ...familyFlag(prefix)],
      ...['nexthop', nextHop(prefix), 'origin', 'igp'],
      ...(prepends > 0 ? ['aspath', asPath] : []),
      ...(communities.length > 0 ? ['community', communities.join(',')] : []),
    );
  }

  async reset(): Promise<void> {
    await this.#gobgp('global', 'rib', 'del', 'all', '-a', 'ipv4');
    await this.#gobgp('global', 'rib', 'del', 'all', '-a', 'ipv6');
    await this.#gobgp('global', 'rib', 'add', FOREIGN_PREFIX, 'nexthop', ADDRESSES.speaker.ipv4);
  }

  async disableNeighbour(): Promise<void> {
    await this.#gobgp('neighbor', ADDRESSES.router.ipv4, 'disable');
  }

  async enableNeighbour(): Promise<void> {
    await this.#gobgp('neighbor', ADDRESSES.router.ipv4, 'enable');
  }

  async holdsForeignRoute(): Promise<boolean> {
    return (await this.#gobgp('global', 'rib', FOREIGN_PREFIX)).includes(FOREIGN_PREFIX);
  }

  async #gobgp(...args: readonly string[]): Promise<string> {
    const target = ['--target', `unix://${this.socketPath}`];
    return await this.#pair.speaker.run('gobgp', ...target, ...args);
  }
}

function familyFlag(prefix: string): readonly string[] {
  return ['-a', prefix.includes(':') ? 'ipv6' : 'ipv4'];
}

function nextHop(prefix: string): string {
  return prefix.includes(':') ? ADDRESSES.speaker.ipv6 : ADDRESSES.speaker.ipv4;
}
