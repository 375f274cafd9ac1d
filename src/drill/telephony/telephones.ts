// Real telephony in the lab: SIPp as the telephones on the caller's host, Kamailio as their proxy on
// the store's. They run on the files in gobgp-config/telephony/.

import { readFile } from 'node:fs/promises';

import { linkOf } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import type { LabProcess } from '../lab/process.js';
import { configPath } from '../lab/programs.js';
import { Capture } from '../measure/capture.js';
import type { CapturedPacket } from '../measure/pcap.js';
import { poll } from '../poll.js';

/** Named in kamailio.cfg. */
const ECHO_SIP_PORT = 5070;
const CALLER_SIP_PORT = 5080;
const PROXY_SIP_PORT = 5060;
/** SIPp's own ports for media; the lab's other callers take theirs above. */
const ECHO_MEDIA_PORT = 7_000;
const CALLER_MEDIA_PORT = 20_000;
const CALLER_MEDIA_PORT_LAST = 29_999;
const PACKETS_MAX = 200_000;
const STATISTICS = '/run/drill/sipp.csv';
const ENDS_WITHIN_MS = 45_000;

export interface TelephonesOptions {
  readonly calls: number;
  readonly perSecond: number;
}

export interface TelephonesReport {
  readonly successful: number;
  readonly failed: number;
  /** Everything that the telephones were sent over their cable. */
  readonly packets: readonly CapturedPacket[];
}

export class Telephones {
  readonly #lab: Lab;
  readonly #capture: Capture;
  readonly #programs: readonly LabProcess[];
  readonly #caller: LabProcess;

  private constructor(
    lab: Lab,
    capture: Capture,
    { programs, caller }: { programs: readonly LabProcess[]; caller: LabProcess },
  ) {
    this.#lab = lab;
    this.#capture = capture;
    this.#programs = programs;
    this.#caller = caller;
  }

  /** Starts proxy and telephones; the calls are set up from now on. */
  static async start(
    lab: Lab,
    options: TelephonesOptions,
    signal: AbortSignal,
  ): Promise<Telephones> {
    const { caller: callers, store } = lab.hosts;
    const proxy = store.start('kamailio', [
      ...['kamailio', '-f', configPath('telephony', 'kamailio.cfg')],
      ...['-DD', '-E', '-P', '/run/drill/kamailio.pid', '-Y', '/run/drill'],
    ]);
    const echo = callers.start('sipp-echo', [
      ...sipp('echo.xml', ECHO_SIP_PORT, ECHO_MEDIA_PORT),
      '-rtp_echo',
    ]);
    const capture = await Capture.start(callers, { ...TELEPHONE_PACKETS }, signal);
    await untilListening(lab, signal);
    const caller = callers.start('sipp-caller', [
      ...sipp('caller.xml', CALLER_SIP_PORT, CALLER_MEDIA_PORT),
      ...['-m', String(options.calls), '-r', String(options.perSecond)],
      ...['-trace_stat', '-stf', STATISTICS, '-fd', '1'],
      `${linkOf('store').host4}:${PROXY_SIP_PORT}`,
    ]);
    return new Telephones(lab, capture, { programs: [proxy, echo], caller });
  }

  /** Waits until the last call has ended. */
  async end(signal: AbortSignal): Promise<TelephonesReport> {
    const limits = { deadlineMs: ENDS_WITHIN_MS, everyMs: 200, signal };
    const what = 'the telephones to hang up';
    await poll({ what, ...limits }, () => Promise.resolve(this.#caller.running ? undefined : true));
    const packets = await this.#capture.stop(signal);
    const csv = await readFile(this.#lab.hosts.caller.path(STATISTICS), 'utf8');
    return { ...readStatistics(csv), packets };
  }

  async stop(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#caller.stop('SIGKILL', signal),
      ...this.#programs.map((program) => program.stop('SIGTERM', signal)),
      this.#capture.stop(signal),
    ]);
  }
}

const TELEPHONE_PACKETS = {
  name: 'telephones',
  filter:
    `udp and dst host ${linkOf('caller').host4} and ` +
    `(dst port ${ECHO_MEDIA_PORT} or dst portrange ${CALLER_MEDIA_PORT}-${CALLER_MEDIA_PORT_LAST})`,
  packetsMax: PACKETS_MAX,
};

function sipp(file: string, sipPort: number, mediaPort: number): readonly string[] {
  const { host4 } = linkOf('caller');
  return [
    ...['sipp', '-sf', configPath('telephony', file), '-nostdin'],
    ...['-i', host4, '-p', String(sipPort), '-mi', host4, '-mp', String(mediaPort)],
  ];
}

/** Both wait for datagrams: there is nothing to ask them that they would answer in few words. */
async function untilListening(lab: Lab, signal: AbortSignal): Promise<void> {
  const limits = { deadlineMs: 10_000, everyMs: 50, signal };
  await poll({ what: 'proxy and telephones to listen', ...limits }, async () => {
    const proxy = await lab.hosts.store.run(['cat', '/proc/net/udp'], signal);
    const echo = await lab.hosts.caller.run(['cat', '/proc/net/udp'], signal);
    const listens = (table: string, port: number): boolean =>
      table.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000`);
    return listens(proxy, PROXY_SIP_PORT) && listens(echo, ECHO_SIP_PORT) ? true : undefined;
  });
}

/** SIPp writes a line a second; the last one counts everything. */
export function readStatistics(csv: string): {
  readonly successful: number;
  readonly failed: number;
} {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.split(';');
  const values = (lines.at(-1) ?? '').split(';');
  const read = (name: string): number => {
    const value = Number(values[names.indexOf(name)] ?? Number.NaN);
    if (!Number.isInteger(value)) {
      throw new Error(`SIPp's statistics: expected a number as ${name}, got ${lines.at(-1) ?? ''}`);
    }
    return value;
  };
  return { successful: read('SuccessfulCall(C)'), failed: read('FailedCall(C)') };
}
