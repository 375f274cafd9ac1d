// How many calls one relay carries on one core. Steps of more and more calls, until packets are lost
// or late; the media of every step run for as long as the next one's.

import type { NgDict } from '../../ng/bencode.js';
import { RelayError } from '../errors.js';
import { Load, PACKET_INTERVAL_MS, type Talker } from './load.js';
import { leaveCoreToRelay, Subject, type SubjectName } from './subject.js';

export interface BenchOptions {
  readonly relays: readonly SubjectName[];
  readonly calls: readonly number[];
  readonly runs: number;
  readonly stepMs: number;
}

export interface Step {
  readonly relay: SubjectName | 'none';
  readonly run: number;
  readonly calls: number;
  /** Into the relay and out of it, together. */
  readonly packetsPerSecond: number;
  readonly lostPct: number;
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** In percent of a core. */
  readonly relayCpuPct: number;
  readonly callersCpuPct: number;
  readonly relayRssMb: number;
  /** Under 0.1 % lost and p99 under 5 ms. */
  readonly good: boolean;
  /** The callers sent what was due; without that a step says nothing of the relay. */
  readonly valid: boolean;
}

const LOST_PCT_MAX = 0.1;
const P99_MS_MAX = 5;
const KEPT_MIN = 0.99;
/** One may be the fault of something else on this machine. */
const FAILED_STEPS_MAX = 2;
const NG_DEADLINE_MS = 2_000;
const MS_PER_SECOND = 1_000;

/** Reports each step as it ends. */
export async function runBench(
  options: BenchOptions,
  report: (step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  leaveCoreToRelay();
  for (let run = 1; run <= options.runs; run += 1) {
    const load = new Load('127.0.0.1');
    try {
      const calls = options.calls[0] ?? 1;
      report(await direct(load, { run, calls, stepMs: options.stepMs }, signal));
      for (const name of options.relays) {
        await climb(name, load, { ...options, run, report }, signal);
      }
    } finally {
      load.close();
    }
  }
}

/** The callers among themselves: what the measuring adds of its own. */
async function direct(
  load: Load,
  at: { readonly run: number; readonly calls: number; readonly stepMs: number },
  signal: AbortSignal,
): Promise<Step> {
  const talkers = Array.from({ length: at.calls * 2 }, (_, telephone): Talker => {
    const port = load.portOf(telephone + 1);
    return { socket: load.socketOf(telephone), host: '127.0.0.1', port };
  });
  return measure('none', { load, talkers, ...at }, signal);
}

interface Climb extends BenchOptions {
  readonly run: number;
  readonly report: (step: Step) => void;
}

async function climb(
  name: SubjectName,
  load: Load,
  { calls: steps, run, stepMs, report }: Climb,
  signal: AbortSignal,
): Promise<void> {
  const subject = await Subject.start(name, signal);
  try {
    const talkers: Talker[] = [];
    let failed = 0;
    for (const calls of steps) {
      while (talkers.length < calls * 2) {
        talkers.push(...(await setUp(subject, load, talkers.length, signal)));
      }
      const step = await measure(subject, { load, talkers, run, calls, stepMs }, signal);
      report(step);
      failed = step.good && step.valid ? 0 : failed + 1;
      if (failed >= FAILED_STEPS_MAX) {
        return;
      }
    }
  } finally {
    subject.stop();
  }
}

interface Measured {
  readonly load: Load;
  readonly talkers: readonly Talker[];
  readonly run: number;
  readonly calls: number;
  readonly stepMs: number;
}

async function measure(
  subject: Subject | 'none',
  { load, talkers, run, calls, stepMs }: Measured,
  signal: AbortSignal,
): Promise<Step> {
  const relayCpuMs = (): number => (subject === 'none' ? 0 : subject.cpuMs());
  const result = await load.run(talkers, { ms: stepMs, relayCpuMs }, signal);
  const { sent, received, delays, kept } = result;
  const lostPct = sent === 0 ? 100 : ((sent - received) / sent) * 100;
  const delayMs = {
    p50: delays.quantile(0.5),
    p99: delays.quantile(0.99),
    max: delays.quantile(1),
  };
  return {
    relay: subject === 'none' ? 'none' : subject.name,
    run,
    calls,
    packetsPerSecond: Math.round((talkers.length * 2 * MS_PER_SECOND) / PACKET_INTERVAL_MS),
    lostPct,
    delayMs,
    relayCpuPct: result.relayCpuPct,
    callersCpuPct: result.cpuPct,
    relayRssMb: subject === 'none' ? 0 : subject.rssMb(),
    good: lostPct < LOST_PCT_MAX && delayMs.p99 < P99_MS_MAX,
    valid: kept >= KEPT_MIN,
  };
}

/** A call between two telephones; returns where each of them sends to. */
async function setUp(
  subject: Subject,
  load: Load,
  first: number,
  signal: AbortSignal,
): Promise<readonly Talker[]> {
  const [caller, callee] = [first, first + 1];
  const common = { 'call-id': `bench-${first}`, 'from-tag': 'a', replace: ['origin'] };
  const ask = (command: NgDict, telephone: number): Promise<number> =>
    relayPort(subject, { ...common, ...command, sdp: sdpOf(load.portOf(telephone)) }, signal);
  const forCallee = await ask({ command: 'offer' }, caller);
  const forCaller = await ask({ command: 'answer', 'to-tag': 'b' }, callee);
  const { host } = subject;
  return [
    { socket: load.socketOf(caller), host, port: forCaller },
    { socket: load.socketOf(callee), host, port: forCallee },
  ];
}

async function relayPort(subject: Subject, command: NgDict, signal: AbortSignal): Promise<number> {
  const reply = await subject.ng.request(command, { deadlineMs: NG_DEADLINE_MS }, signal);
  const sdp = typeof reply['sdp'] === 'string' ? reply['sdp'] : '';
  const port = Number(/^m=audio (\d+) /m.exec(sdp)?.[1]);
  if (!(port > 0)) {
    const got = JSON.stringify(reply).slice(0, 200);
    throw new RelayError('malformed', `${subject.name}: expected an SDP, got ${got}`);
  }
  return port;
}

function sdpOf(port: number): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    '',
  ].join('\r\n');
}
