import { readFile, stat } from 'node:fs/promises';

import type { LabVip } from '../lab/addresses.js';
import type { Host } from '../lab/host.js';
import type { LabProcess } from '../lab/process.js';
import { poll } from '../poll.js';

import { readPcap, type CapturedPacket } from './pcap.js';

/** In the host's own /run, which is memory. */
const FILE = '/run/drill/capture.pcap';
const HEADERS_BYTES = 64;
/** A few seconds of everything that the callers send. */
const PACKETS_MAX = 50_000;
const START_DEADLINE_MS = 5_000;

/**
 * Watches a relay's cable for packets to a VIP. The kernel stamps them; until the route moves here
 * none come, so that watching costs nothing. dumpcap, because tcpdump gives up its privileges
 * through setgroups, which a rootless namespace refuses.
 */
export class Capture {
  readonly #host: Host;
  readonly #process: LabProcess;

  private constructor(host: Host, process: LabProcess) {
    this.#host = host;
    this.#process = process;
  }

  static async start(host: Host, vip: LabVip, signal: AbortSignal): Promise<Capture> {
    await host.run(['rm', '-f', FILE], signal);
    const filter = `udp and (dst host ${vip.ipv4} or dst host ${vip.ipv6})`;
    const limits = ['-s', String(HEADERS_BYTES), '-c', String(PACKETS_MAX)];
    const process = host.start('capture', [
      ...['dumpcap', '-q', '-P', '-p', '-i', 'eth0', '-f', filter, ...limits, '-w', FILE],
    ]);
    const capture = new Capture(host, process);
    await capture.#untilListening(signal);
    return capture;
  }

  /** Ends the capture and returns what it saw. */
  async stop(signal: AbortSignal): Promise<readonly CapturedPacket[]> {
    await this.#process.stop('SIGINT', signal);
    return readPcap(await readFile(this.#host.path(FILE)));
  }

  /** dumpcap makes its file once its socket is bound. */
  async #untilListening(signal: AbortSignal): Promise<void> {
    const limits = { deadlineMs: START_DEADLINE_MS, everyMs: 20, signal };
    await poll({ what: `the capture on ${this.#host.name} to start`, ...limits }, async () => {
      const file = await stat(this.#host.path(FILE)).catch(() => undefined);
      return file === undefined ? undefined : true;
    });
  }
}
