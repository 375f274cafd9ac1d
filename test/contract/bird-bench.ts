// The bench of the BIRD driver: a BIRD whose file is `holdline render bird`, with one protocol more
// that stands for whatever else the host announces.

import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BirdSpeaker } from '../../src/adapters/bgp/bird/bird-speaker.js';
import { renderBird } from '../../src/adapters/bgp/bird/render.js';
import type { Config } from '../../src/config/config.js';
import type { Vip } from '../../src/domain/route.js';
import { requirePrograms, startNamespacePair, stopProcess } from './namespace-pair.js';
import type { NamespacePair } from './namespace-pair.js';
import { ReceivingRouter } from './receiving-router.js';
import { FOREIGN_PREFIX, VIPS, benchConfig, type RoutedBench } from './speaker-bench.js';
import { until } from './until.js';

export const COMMAND_MS_MAX = 300;

const SAID_LENGTH_MAX = 2_000;

const FOREIGN_PROTOCOL = `
protocol static somebody_else {
  ipv4;
  route ${FOREIGN_PREFIX} blackhole;
}
`;

export class BirdBench implements RoutedBench {
  readonly router: ReceivingRouter;
  readonly socketPath: string;
  readonly configPath: string;
  readonly #pair: NamespacePair;
  readonly #directory: string;
  readonly #config: Config;
  #process: ChildProcess | undefined;

  /** A running BIRD with a running router behind it. */
  static async start(
    bgp: Partial<Config['bgp']> = {},
    vips: readonly Vip[] = VIPS,
  ): Promise<BirdBench> {
    await requirePrograms({ bird: 'bird2', birdc: 'bird2' });
    const directory = await mkdtemp(join(tmpdir(), 'hl-bird-'));
    const bench = new BirdBench(await startNamespacePair(), directory, {
      ...benchConfig(bgp),
      vips,
    });
    try {
      await writeFile(bench.configPath, bench.fittingFile);
      await bench.router.start();
      await bench.daemon.start();
      return bench;
    } catch (error) {
      await bench.stop();
      throw error;
    }
  }

  private constructor(pair: NamespacePair, directory: string, config: Config) {
    this.#pair = pair;
    this.#directory = directory;
    this.#config = config;
    this.router = new ReceivingRouter(pair.router, directory, config.bgp.neighbours[0]?.as);
    this.socketPath = join(directory, 'bird.ctl');
    this.configPath = join(directory, 'bird.conf');
  }

  openSpeaker(socketPath = this.socketPath): BirdSpeaker {
    const { rankBy, neighbours } = this.#config.bgp;
    return new BirdSpeaker({
      socketPath,
      vips: this.#config.vips,
      rankBy,
      neighbours,
      clock: { nowMs: () => performance.timeOrigin + performance.now() },
      commandMsMax: COMMAND_MS_MAX,
    });
  }

  /** The file that fits the configuration. */
  get fittingFile(): string {
    return renderBird(this.#config) + FOREIGN_PROTOCOL;
  }

  /** Gives BIRD another file while it runs. */
  async reconfigure(file: string): Promise<void> {
    await writeFile(this.configPath, file);
    await this.ask('configure');
  }

  readonly daemon = {
    start: async (): Promise<void> => {
      const args = ['-f', '-c', this.configPath, '-s', this.socketPath];
      this.#process = this.#pair.speaker.spawn('bird', args);
      let said = '';
      this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-SAID_LENGTH_MAX);
      });
      await until('BIRD answers', () => this.ask('show status')).catch((cause: unknown) => {
        throw new Error(`BIRD did not start; it said: ${said}`, { cause });
      });
    },
    kill: async (): Promise<void> => {
      if (this.#process !== undefined) {
        await stopProcess(this.#process);
      }
    },
    pause: (): void => {
      this.#process?.kill('SIGSTOP');
    },
    resume: (): void => {
      this.#process?.kill('SIGCONT');
    },
  };

  readonly outsider = {
    removeRoute: async (vip: Vip, prefix: string, rank: number): Promise<void> => {
      await this.ask(`disable ${nameOf(vip, prefix, rank)}`);
    },
    addRoute: async (vip: Vip, prefix: string, rank: number): Promise<void> => {
      await this.ask(`enable ${nameOf(vip, prefix, rank)}`);
    },
    reset: async (): Promise<void> => {
      await this.ask('configure');
    },
    disableNeighbour: async (): Promise<void> => {
      await this.ask('disable neighbour_1');
    },
    enableNeighbour: async (): Promise<void> => {
      await this.ask('enable neighbour_1');
    },
    holdsForeignRoute: async (): Promise<boolean> =>
      (await this.ask('show route protocol somebody_else')).includes(FOREIGN_PREFIX),
  };

  /** Talks to the daemon the way an operator does. */
  async ask(command: string): Promise<string> {
    return await this.#pair.speaker.run('birdc', '-s', this.socketPath, ...command.split(' '));
  }

  /** The daemon's process id, to measure what it costs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async stop(): Promise<void> {
    await this.daemon.kill();
    await this.router.stop();
    await this.#pair.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function nameOf(vip: Vip, prefix: string, rank: number): string {
  return `holdline_${vip.name}_r${rank}${prefix.includes(':') ? '_v6' : ''}`;
}
