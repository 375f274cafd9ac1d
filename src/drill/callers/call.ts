import { createNgClient, type NgClient } from '../../ng/client.js';
import type { NgDict } from '../../ng/bencode.js';
import { nowMs } from '../clock.js';
import { DrillError } from '../errors.js';

import { Endpoint } from './endpoint.js';
import { isSilent } from './plan.js';
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
      intervalMs: isSilent(plan) ? plan.intervalMs : CALLEE_INTERVAL_MS,
    });
    const call = new Call(plan, caller, callee);
    try {
      await call.#agree(signal);
    } catch (error) {
      call.close();
      throw error;
    }
    return call;
  }

  close(): void {
    this.caller.close();
    this.callee.close();
  }

  /** Of late: within the time, or within that of the next packet where they are far apart. */
  heardWithin(limitMs: number): boolean {
    const sinceMs = nowMs() - limitMs - (isSilent(this.plan) ? this.plan.intervalMs : 0);
    return this.streams.every((stream) => stream.heardSince(sinceMs));
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
    const packetMs = Math.min(party.intervalMs, CALLEE_INTERVAL_MS);
    const sdp = writeSdp({ host: this.plan.address, port: party.port }, packetMs);
    const reply = await ng.request({ ...command, sdp }, { deadlineMs: NG_DEADLINE_MS }, signal);
    if (reply['result'] !== 'ok' || typeof reply['sdp'] !== 'string') {
      const got = JSON.stringify(reply).slice(0, 300);
      throw new DrillError('call-refused', `call ${this.plan.id}: expected an SDP, got ${got}`);
    }
    return readSdp(reply['sdp']);
  }
}

/** Ends the call at once: rtpengine would keep it for half a minute otherwise. */
export async function hangUpAt(plan: CallPlan, signal: AbortSignal): Promise<void> {
  const ng = createNgClient(plan.relay);
  try {
    const command = { command: 'delete', 'call-id': plan.id, 'delete-delay': 0 };
    await ng.request(command, { deadlineMs: NG_DEADLINE_MS }, signal);
  } finally {
    ng.close();
  }
}

/** The next time that has this phase; the interval of the probe divides that of the calls. */
function nextDueMs(phaseMs: number): number {
  return Math.ceil(nowMs() / CALLEE_INTERVAL_MS) * CALLEE_INTERVAL_MS + phaseMs;
}
