// What the canary says to the relay over ng: is the call there, set it up, take it away.
//
// A relay writes its calls to Redis, and one at rtpengine's defaults waits for a hung Redis for ever,
// with a thread and the call's lock in its hands. So whatever makes the relay write is left with it
// for a long time before it is said again.

import { isDict } from '../../../ng/message.js';
import type { NgDict, NgValue } from '../../../ng/bencode.js';
import type { NgClient } from '../../../ng/client.js';
import { detailOf } from '../../detail.js';
import type { Ends, RelayPorts } from './ends.js';
import { CanaryError } from './errors.js';
import { listIn, standingCallIn, type StandingCall } from './query.js';
import { readSdp, writeSdp, type MediaAddress } from './sdp.js';

const LOOK_DEADLINE_MS = 500;
const WRITE_DEADLINE_MS = 10_000;
const PARTING_DEADLINE_MS = 500;

const SPEAKER = 'speaker';
const LISTENER = 'listener';

export interface CallNames {
  readonly callId: string;
  /** The relay address that the media go through. */
  readonly vipAddress: string;
}

interface Proposal extends NgDict {
  readonly command: 'offer' | 'answer';
  readonly sdp: string;
}

export class Agreement {
  readonly #client: NgClient;
  readonly #names: CallNames;

  constructor(client: NgClient, names: CallNames) {
    this.#client = client;
    this.#names = names;
  }

  /** `absent` when the relay knows no such call, `unclear` when it has one that is not of our make. */
  async find(host: string, signal: AbortSignal): Promise<StandingCall | 'absent' | 'unclear'> {
    const reply = await this.#ask({ command: 'query' }, LOOK_DEADLINE_MS, signal);
    if (reply['result'] !== 'ok') {
      return 'absent';
    }
    return standingCallIn(reply, { host, speaker: SPEAKER, listener: LISTENER }) ?? 'unclear';
  }

  /**
   * Also renews a call that stands; its ports stay the same. Rejects with CanaryError when the relay
   * will not have the call, or has it elsewhere.
   */
  async setUp({ host, ports }: Ends, signal: AbortSignal): Promise<RelayPorts> {
    const direction = await this.#direction(signal);
    const offer = {
      command: 'offer' as const,
      sdp: writeSdp({ host, port: ports.speaker }),
      ...direction,
    };
    const listener = await this.#agree(offer, signal);
    const sdp = writeSdp({ host, port: ports.listener });
    const speaker = await this.#agree({ command: 'answer', 'to-tag': LISTENER, sdp }, signal);
    const { vipAddress } = this.#names;
    const stray = [speaker, listener].find((relay) => relay.host !== vipAddress);
    if (stray !== undefined) {
      await this.remove(signal);
      const message = `the relay has the canary call at ${stray.host}, expected the VIP ${vipAddress}`;
      throw new CanaryError('wrong-address', message);
    }
    return { speaker, listener };
  }

  /** Takes the call away at once; the relay may know of none. */
  async remove(signal: AbortSignal, deadlineMs = WRITE_DEADLINE_MS): Promise<void> {
    // Without the delay rtpengine would keep it for half a minute more.
    const command = { command: 'delete', 'from-tag': SPEAKER, 'delete delay': 0 };
    await this.#ask(command, deadlineMs, signal);
  }

  /** As `remove`, for a process that is about to end. */
  part(signal: AbortSignal): Promise<void> {
    return this.remove(signal, PARTING_DEADLINE_MS);
  }

  /**
   * A relay with several interfaces binds a call on the first unless it is told which one. rtpengine
   * names the interface of each address in its statistics; for others the first must do.
   */
  async #direction(signal: AbortSignal): Promise<NgDict> {
    const reply = await this.#ask({ command: 'statistics' }, LOOK_DEADLINE_MS, signal);
    const statistics = reply['statistics'];
    const interfaces = isDict(statistics) ? statistics['interfaces'] : undefined;
    const found = listIn(interfaces).find(
      (each) => isDict(each) && each['address'] === this.#names.vipAddress,
    );
    const name = isDict(found) ? found['name'] : undefined;
    return typeof name === 'string' ? { direction: [name, name] } : {};
  }

  async #agree(command: Proposal, signal: AbortSignal): Promise<MediaAddress> {
    const plain = { replace: ['origin'], ICE: 'remove', 'transport-protocol': 'RTP/AVP' };
    const parties = { 'from-tag': SPEAKER, flags: ['strict source'] };
    const asked = { ...command, ...parties, ...plain };
    const reply = await this.#ask(asked, WRITE_DEADLINE_MS, signal);
    const said = `to ${command.command} of the canary call the relay answered`;
    if (reply['result'] !== 'ok') {
      const why = reply['error-reason'] ?? reply['message'];
      throw new CanaryError('refused', `${said} ${sayValue(reply['result'])}: ${sayValue(why)}`);
    }
    const media = readSdp(typeof reply['sdp'] === 'string' ? reply['sdp'] : '');
    if (media === undefined) {
      const got = detailOf(JSON.stringify(reply));
      throw new CanaryError('unreadable', `${said} without an SDP that names its port: ${got}`);
    }
    return media;
  }

  #ask(command: NgDict, deadlineMs: number, signal: AbortSignal): Promise<NgDict> {
    const { callId } = this.#names;
    return this.#client.request({ ...command, 'call-id': callId }, { deadlineMs }, signal);
  }
}

function sayValue(value: NgValue | undefined): string {
  return value === undefined ? 'nothing more' : detailOf(JSON.stringify(value));
}
