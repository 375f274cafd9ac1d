// `npm run detectors:record [condition...]`: pings a real rtpengine for a minute under each condition
// and writes what was seen into recordings/. Times depend on the machine; the files say which it was.

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { tickEvery } from '../../src/async/tick.js';
import { createNgClient } from '../../src/ng/client.js';
import { startRtpengine, type Rtpengine } from '../support/rtpengine.js';
import { pause } from '../support/wait.js';
import { CONDITIONS, recordingPath, type Condition, type Recording } from './recording.js';
import { disturb } from './disturb.js';

const INTERVAL_MS = 50;
const LENGTH_MS = 60_000;
/** An answer that takes longer is no answer to any detector. */
const PATIENCE_MS = 3_000;
const METER_MS = 5;
/** A timer this late says little, later is a stall. */
const LATENESS_MS_MAX = 5;

const MADE: Readonly<Record<Condition, string>> = {
  quiet: 'no load was made',
  calls: 'rtpengine forwarded 100 calls, 20,000 packets a second in and out',
  saturated: 'two busy processes a core',
  stops: 'rtpengine was stopped (SIGSTOP) every 1 to 3 s for 20 to 120 ms',
  'own-stops': 'the recording process was stopped (SIGSTOP) every 2 to 5 s for 50 to 1000 ms',
};

const asked = process.argv.slice(2);
for (const condition of CONDITIONS.filter((each) => asked.length === 0 || asked.includes(each))) {
  await record(condition);
}

async function record(condition: Condition): Promise<void> {
  const relay = await startRtpengine({ args: ['--port-max=31000'] });
  const stop = await disturb(condition, relay);
  await pause(1_000);
  try {
    const seen = await watch(relay);
    const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;
    const made = `${MADE[condition]}; ${machine}; a ping each ${INTERVAL_MS} ms`;
    const file: Recording = { condition, made, lengthMs: LENGTH_MS, ...seen };
    writeFileSync(recordingPath(condition), `${JSON.stringify(file)}\n`);
    const worst = seen.pings.map(([, delayMs]) => delayMs).sort((a, b) => a - b);
    process.stdout.write(
      `${condition}: ${seen.pings.length} pings, middle ${String(worst[worst.length >> 1])} ms, ` +
        `worst ${String(worst.at(-1))} ms, ${seen.stalls.length} stalls of our own\n`,
    );
  } finally {
    stop();
    await relay.stop();
  }
}

async function watch(relay: Rtpengine): Promise<Pick<Recording, 'pings' | 'stalls'>> {
  const ended = new AbortController();
  const client = createNgClient(relay.ng);
  const startedAtMs = performance.now();
  const pings: [number, number][] = [];
  const stalls: [number, number][] = [];
  const work: Promise<void>[] = [];
  const ping = (): void => {
    const sentAtMs = performance.now();
    const place: [number, number] = [hundredth(sentAtMs - startedAtMs), -1];
    pings.push(place);
    const asked = client.request(
      { command: 'ping' },
      { deadlineMs: PATIENCE_MS },
      new AbortController().signal,
    );
    work.push(
      asked.then(
        () => void (place[1] = hundredth(performance.now() - sentAtMs)),
        () => undefined,
      ),
    );
  };
  const meter = (lateMs: number): void => {
    if (lateMs > LATENESS_MS_MAX) {
      const toMs = performance.now() - startedAtMs;
      stalls.push([hundredth(toMs - lateMs), hundredth(toMs)]);
    }
  };
  setTimeout(() => ended.abort(), LENGTH_MS);
  await Promise.all([
    tickEvery(INTERVAL_MS, ping, ended.signal),
    tickEvery(METER_MS, meter, ended.signal),
  ]);
  await Promise.all(work);
  client.close();
  return { pings, stalls };
}

function hundredth(ms: number): number {
  return Math.round(ms * 100) / 100;
}
