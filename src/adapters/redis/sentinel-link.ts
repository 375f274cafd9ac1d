// One Sentinel: what it says now about where the primary is. It is asked, regularly and when it may have
// news; only its answers count (docs/decisions/0010).

import type { Redis } from 'ioredis';

import { startPatientTimer } from '../../async/patient-timer.js';
import type { HostPort, RedisServer } from '../../config/config.js';
import { detailOf, detailOfError } from '../detail.js';
import { SwitchListener } from './switch-listener.js';

const ANSWER_DEADLINE_MS = 500;
const HOST_LENGTH_MAX = 253;
/** An answer is a hundred bytes; whoever sends more than this is no Sentinel. */
const BYTES_A_QUESTION_MAX = 65_536;

export interface SentinelLinkOptions {
  readonly server: RedisServer;
  /** A client of its own, made by RedisClients. */
  readonly client: Redis;
  /** What the primary is called. */
  readonly name: string;
  /** Called whenever `says` has changed. */
  readonly heard: () => void;
}

export class SentinelLink {
  readonly #options: SentinelLinkOptions;
  readonly #listener: SwitchListener;
  #says: HostPort | undefined;
  #trouble: string | undefined = 'not asked yet';
  #asking = false;
  /** There was news while an answer was under way, which may be older. */
  #askAgain = false;
  #bytes = 0;

  constructor(options: SentinelLinkOptions) {
    this.#options = options;
    const { client, server } = options;
    this.#listener = new SwitchListener({ server, heard: () => this.#askAtOnce() });
    client.on('connect', () => this.#limit());
    client.on('ready', () => this.ask());
    client.on('error', (error) => (this.#trouble = detailOfError(error)));
    client.on('close', () =>
      this.#conclude(undefined, this.#trouble ?? 'the connection was closed'),
    );
  }

  /** Undefined as long as it does not say, for the reason in `trouble`. */
  get says(): HostPort | undefined {
    return this.#says;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  open(): void {
    this.#options.client.connect().catch(() => undefined);
    this.#listener.open();
  }

  close(): void {
    this.#options.client.disconnect();
    this.#listener.close();
  }

  /** One question at a time; a Sentinel that does not answer is connected to anew. */
  ask(): void {
    const { client, name } = this.#options;
    if (this.#asking || client.status !== 'ready') {
      return;
    }
    this.#asking = true;
    this.#bytes = 0;
    const { stream } = client;
    const stopTimer = startPatientTimer(ANSWER_DEADLINE_MS, () =>
      stream.destroy(new Error(`no answer within ${ANSWER_DEADLINE_MS} ms`)),
    );
    void client
      .call('sentinel', 'get-master-addr-by-name', name)
      .then(
        (reply) => this.#take(reply),
        (error: unknown) => this.#conclude(undefined, detailOfError(error)),
      )
      .finally(() => {
        stopTimer();
        this.#asking = false;
        if (this.#askAgain) {
          this.#askAgain = false;
          this.ask();
        }
      });
  }

  #askAtOnce(): void {
    this.#askAgain = this.#asking;
    this.ask();
  }

  #limit(): void {
    const { stream } = this.#options.client;
    this.#bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > BYTES_A_QUESTION_MAX) {
        stream.destroy(new Error(`sent more than ${BYTES_A_QUESTION_MAX} bytes at once`));
      }
    });
  }

  #take(reply: unknown): void {
    const { name } = this.#options;
    const address = parseAddress(reply);
    const expected = `knows no primary called ${name}`;
    const got = reply === null ? expected : `said ${detailOf(JSON.stringify(reply))}`;
    this.#conclude(address, address === undefined ? got : undefined);
  }

  #conclude(says: HostPort | undefined, trouble: string | undefined): void {
    this.#says = says;
    this.#trouble = trouble;
    this.#options.heard();
  }
}

function parseAddress(reply: unknown): HostPort | undefined {
  const [host, port] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  const number = typeof port === 'string' && /^\d{1,5}$/.test(port) ? Number(port) : 0;
  const named = typeof host === 'string' && host !== '' && host.length <= HOST_LENGTH_MAX;
  return named && number >= 1 && number <= 65_535 ? { host, port: number } : undefined;
}
