import { readFile, stat } from 'node:fs/promises';

import type { LabVip } from '../lab/addresses.js';
import type { Host } from '../lab/host.js';
import type { LabProcess } from '../lab/process.js';
import { poll } from '../poll.js';

import { readPcap, type CapturedPacket } from './pcap.js';

const HEADERS_BYTES = 64;
const START_DEADLINE_MS = 5_000;

export interface CaptureOptions {
  /** Of its file, which lies in the host's own /run: that is memory. */
  readonly name: string;
  /** In the language of pcap-filter(7). */
  readonly filter: string;
  readonly packetsMax: number;
}

/**
 * Packets to a VIP at a relay: until the route moves there none come, so that watching costs nothing,
 * and then it is a few seconds of everything that the callers send.
 */
export function towards(vip: LabVip): CaptureOptions {
  const filter = `udp and (dst host ${vip.ipv4} or dst host ${vip.ipv6})`;
  return { name: 'capture', filter, packetsMax: 50_000 };
}

/**
 * Watches the cable of a host. The kernel stamps the packets. dumpcap, because tcpdump gives up its privileges
 * through setgroups, which a rootless namespace refuses.
 */
export class Capture {
  readonly #host: Host;
  readonly #process: LabProcess;
  readonly #file: string;

  private constructor(host: Host, process: LabProcess, file: string) {
    this.#host = host;
    this.#process = process;
    this.#file = file;
  }

  static async start(host: Host, options: CaptureOptions, signal: AbortSignal): Promise<Capture> {
    const { name, filter, packetsMax } = options;
    const file = `/run/drill/${name}.pcap`;
    await host.run(['rm', '-f', file], signal);
    const limits = ['-s', String(HEADERS_BYTES), '-c', String(packetsMax)];
    const process = host.start(name, [
      ...['dumpcap', '-q', '-P', '-p', '-i', 'eth0', '-f', filter, ...limits, '-w', file],
    ]);
    const capture = new Capture(host, process, file);
    await capture.#untilListening(signal);
    return capture;
  }

  /** Ends the capture and returns what it saw. */
  async stop(signal: AbortSignal): Promise<readonly CapturedPacket[]> {
    await this.#process.stop('SIGINT', signal);
    return readPcap(await readFile(this.#host.path(this.#file)));
  }

  /** dumpcap makes its file once its socket is bound. */
  async #untilListening(signal: AbortSignal): Promise<void> {
    const limits = { deadlineMs: START_DEADLINE_MS, everyMs: 20, signal };
    await poll({ what: `the capture on ${this.#host.name} to start`, ...limits }, async () => {
      const file = await stat(this.#host.path(this.#file)).catch(() => undefined);
      return file === undefined ? undefined : true;
    });
  }
}
