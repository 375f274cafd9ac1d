// The closed loop against a real BIRD that does not do as it is told: the production loop and driver,
// a relay that the test lets die, and what the router sees of it.

import assert from 'node:assert/strict';

import { renderBird } from '../../src/adapters/bgp/bird/render.js';
import { createStopCommand } from '../../src/adapters/system/stop-command.js';
import { systemClock } from '../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../src/domain/evidence.js';
import type { Remedy } from '../../src/domain/policy.js';
import type { RelayProbe } from '../../src/ports/relay-probe.js';
import { Loop } from '../../src/runtime/loop.js';
import { POLICY } from '../domain/story.js';
import { FakeLog, FakeRecord } from '../runtime/fakes.js';
import { BirdBench } from './bird-bench.js';
import { ADDRESSES, benchConfig, VIPS } from './speaker-bench.js';
import { V4 } from './stage.js';
import { until } from './until.js';

/** RETRY_STAGE_MS and a remedy take 0.6 s; the machine may be slow. */
const CUT_OFF_MS_MAX = 3_000;

/** The home's prefix again, by another hand, which the export filter lets out. */
const STUBBORN_PROTOCOL = `
protocol static operator_a {
  ipv4;
  route ${V4} blackhole;
}
`;

describe('the withdraw of a dead relay', () => {
  let bench: BirdBench;
  let sidecar: Sidecar;

  before(async function () {
    this.timeout(60_000);
    bench = await BirdBench.start();
  });

  after(async () => {
    await bench.stop();
  });

  afterEach(async function () {
    this.timeout(30_000);
    bench.daemon.resume();
    await sidecar.stop();
  });

  async function startSidecar(remedies: readonly Remedy[]): Promise<void> {
    sidecar = new Sidecar(bench, remedies);
    await sidecar.start();
    await until('the router has a session', () => bench.router.established, 30_000);
    await bench.router.untilPathLength(V4, 1);
  }

  it('that another route takes the place of ends with the session down, and up again with the relay', async function () {
    this.timeout(60_000);
    await bench.reconfigure(withStubbornRoute());
    await startSidecar(['disable-neighbour']);
    const deadAtMs = sidecar.die();
    await until('the router has no path', () => hasLost(bench, deadAtMs), CUT_OFF_MS_MAX);
    await until('it is verified', () => sidecar.loop.state.convergence.phase === 'verified');
    assert.deepEqual(sidecar.disabled, [ADDRESSES.router.ipv4]);
    const said = sidecar.log.find('decision');
    assert.equal(said?.['outcome'], 'verified');
    sidecar.live();
    await until('our hand is off it', () => sidecar.disabled.length === 0);
    await until('the session returns', () => bench.router.established, 30_000);
    await bench.reconfigure(bench.fittingFile);
  });

  it('that a hung daemon does not take ends with the operator ending the daemon', async function () {
    this.timeout(60_000);
    await startSidecar(['disable-neighbour', 'stop-command']);
    bench.daemon.pause();
    const deadAtMs = sidecar.die();
    await until('the router has no path', () => hasLost(bench, deadAtMs), CUT_OFF_MS_MAX);
    await bench.daemon.start();
    await until('the new daemon is told', () => sidecar.loop.state.convergence.doubt === undefined);
    assert.deepEqual(sidecar.disabled, []);
    assert.deepEqual(sidecar.begun, ['disable-neighbour', 'stop-command']);
  });

  it('is no reason to touch a neighbour while the relay lives', async () => {
    await startSidecar(['disable-neighbour', 'stop-command']);
    await bench.reconfigure(withStubbornRoute());
    sidecar.drain();
    await until('it is tried in vain', () => sidecar.loop.state.convergence.failures > 5, 10_000);
    assert.deepEqual(sidecar.loop.state.escalation.begun, []);
    assert.equal(bench.router.established, true);
    await bench.reconfigure(bench.fittingFile);
  });
});

/** A route of better preference, so that it stays the one that is sent whatever we do. */
function withStubbornRoute(): string {
  const bgp = benchConfig({});
  const accepts = 'filter holdline_export {\n  if proto = "operator_a" then { accept; }';
  const file = renderBird(bgp).replace('filter holdline_export {', accepts);
  return file + STUBBORN_PROTOCOL;
}

function hasLost(bench: BirdBench, sinceMs: number): boolean {
  return bench.router.notes.some(
    ({ kind, prefix, atMs }) => kind === 'path-lost' && prefix === V4 && atMs >= sinceMs,
  );
}

class Sidecar {
  readonly log = new FakeLog();
  readonly loop: Loop;
  readonly #probe = new PuppetProbe();

  constructor(bench: BirdBench, remedies: readonly Remedy[]) {
    const record = new FakeRecord();
    this.loop = new Loop(
      {
        policy: {
          ...POLICY,
          vips: VIPS,
          remedies,
          neighbours: [ADDRESSES.router.ipv4],
          settleMs: 100,
          replicated: false,
          countsSessions: false,
        },
        speaker: bench.openSpeaker(),
        stopper: createStopCommand(['sh', '-c', `kill -9 ${bench.pid}`]),
        probes: [this.#probe],
        store: undefined,
        record,
        clock: systemClock,
        log: this.log,
      },
      record.saved,
    );
  }

  /** The remedies that the log tells of. */
  get begun(): readonly unknown[] {
    return this.log.lines
      .filter(({ fields }) => fields['event'] === 'escalation')
      .filter(({ fields }) => fields['outcome'] === 'under-way')
      .map(({ fields }) => fields['stage']);
  }

  get disabled(): readonly string[] {
    return this.loop.state.escalation.disabled.map(({ neighbour }) => neighbour);
  }

  async start(): Promise<void> {
    this.loop.start();
    this.live();
    await until('the home serves', () => this.loop.state.vips['a']?.rank === 0, 10_000);
  }

  stop(): Promise<void> {
    this.#probe.end();
    return this.loop.stop();
  }

  live(): void {
    this.#probe.live();
  }

  /** Returns when it happened. */
  die(): number {
    const atMs = systemClock.nowMs();
    this.#probe.die();
    return atMs;
  }

  drain(): void {
    const atMs = systemClock.nowMs();
    const drained = { by: 'ann', why: 'kernel', atMs, untilMs: undefined };
    const operator = { drained, frozen: undefined, releasedAtMs: undefined };
    this.loop.observe({ kind: 'operator', atMs, operator });
  }
}

/** A relay that is as the test says. */
class PuppetProbe implements RelayProbe {
  readonly name = 'puppet';
  #listener: ((seen: RelayObservation) => void) | undefined;
  #pulse: NodeJS.Timeout | undefined;

  async watch(listener: (seen: RelayObservation) => void, signal: AbortSignal): Promise<void> {
    this.#listener = listener;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  live(): void {
    this.#see({ kind: 'relay-connection', state: 'open' });
    const answer = (): void =>
      this.#see({ kind: 'relay-ping', outcome: 'answered', roundTripMs: 1 });
    answer();
    this.#pulse = setInterval(answer, 50);
  }

  die(): void {
    this.end();
    this.#see({ kind: 'relay-connection', state: 'ended' });
    this.#see({ kind: 'relay-connection', state: 'refused' });
  }

  end(): void {
    clearInterval(this.#pulse);
  }

  #see(seen: RelayReading): void {
    this.#listener?.({ ...seen, atMs: systemClock.nowMs() });
  }
}

type RelayReading =
  | { readonly kind: 'relay-connection'; readonly state: 'open' | 'ended' | 'refused' }
  | { readonly kind: 'relay-ping'; readonly outcome: 'answered'; readonly roundTripMs: number };
