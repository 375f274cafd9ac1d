import { createNgClient, type NgClient } from '../../ng/client.js';
import type { NgDict } from '../../ng/bencode.js';
import { nowMs } from '../clock.js';
import { DrillError } from '../errors.js';

import { Endpoint } from './endpoint.js';
import type { CallPlan } from './protocol.js';
import { readSdp, writeSdp, type MediaAddress } from './sdp.js';
import { Stream } from './stream.js';

/** A relay answers within milliseconds; this leaves room for a machine that is busy elsewhere. */
const NG_DEADLINE_MS = 2_000;
/** The callee always speaks as telephones do, also in a call of the probe. */
const CALLEE_INTERVAL_MS = 20;

/** A call with two parties and media both ways, set up as a SIP proxy would. */
export class Call {
  readonly plan: CallPlan;
  readonly caller: Endpoint;
  readonly callee: Endpoint;
  readonly streams: readonly Stream[];

  private constructor(plan: CallPlan, caller: Endpoint, callee: Endpoint) {
    this.plan = plan;
    this.caller = caller;
    this.callee = callee;
    this.streams = [new Stream(caller, callee), new Stream(callee, caller)];
  }

  /** `number` sets the call's streams apart from those of every other call. */
  static async setUp(plan: CallPlan, number: number, signal: AbortSignal): Promise<Call> {
    const [up, down] = [number * 2, number * 2 + 1];
    const caller = await Endpoint.bind(plan.address, plan.family, {
      streams: { says: up, hears: down },
      intervalMs: plan.intervalMs,
    });
    const callee = await Endpoint.bind(plan.address, plan.family, {
      streams: { says: down, hears: up },
      intervalMs: CALLEE_INTERVAL_MS,
    });
    const call = new Call(plan, caller, callee);
    await call.#agree(signal);
    return call;
  }

  heardSince(atMs: number): boolean {
    return this.streams.every((stream) => stream.heardSince(atMs));
  }

  async #agree(signal: AbortSignal): Promise<void> {
    const { caller, callee } = this;
    const ng = createNgClient(this.plan.relay);
    try {
      const common = { 'call-id': this.plan.id, 'from-tag': 'caller' };
      const forCallee = await this.#ask(ng, caller, { ...common, ...this.#offer() }, signal);
      const answer = { ...common, command: 'answer', 'to-tag': 'callee' };
      const forCaller = await this.#ask(ng, callee, answer, signal);
      const firstDueMs = nextDueMs(this.plan.phaseMs);
      caller.talkTo(forCaller, firstDueMs);
      callee.talkTo(forCallee, firstDueMs + CALLEE_INTERVAL_MS / 2);
    } finally {
      ng.close();
    }
  }

  #offer(): NgDict {
    return {
      command: 'offer',
      replace: ['origin'],
      direction: [this.plan.interfaceName, this.plan.interfaceName],
      ICE: 'remove',
    };
  }

  /** Sends the party's own media address and returns the relay's, meant for the other party. */
  async #ask(
    ng: NgClient,
    party: Endpoint,
    command: NgDict,
    signal: AbortSignal,
  ): Promise<MediaAddress> {
    const sdp = writeSdp({ host: this.plan.address, port: party.port }, party.intervalMs);
    const reply = await ng.request({ ...command, sdp }, { deadlineMs: NG_DEADLINE_MS }, signal);
    if (reply['result'] !== 'ok' || typeof reply['sdp'] !== 'string') {
      const got = JSON.stringify(reply).slice(0, 300);
      throw new DrillError('call-refused', `call ${this.plan.id}: expected an SDP, got ${got}`);
    }
    return readSdp(reply['sdp']);
  }
}

/** The next time that has this phase; the interval of the probe divides that of the calls. */
function nextDueMs(phaseMs: number): number {
  return Math.ceil(nowMs() / CALLEE_INTERVAL_MS) * CALLEE_INTERVAL_MS + phaseMs;
}
