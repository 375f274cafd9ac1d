// The calls of GoBGP's API, each under its deadline and the caller's signal.

import { Client, credentials, type ClientReadableStream } from '@grpc/grpc-js';

import { withDeadline } from '../../../async/deadline.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { cancelled, failureOf } from './failure.js';
import { CommandChannel } from './command-channel.js';
import { GET_BGP, service, type Command, type Method } from './interface.js';
import {
  FILTER_BEST,
  type ListPathReply,
  type ListPathRequest,
  type ListPeerReply,
  type WatchEventReply,
} from './messages.js';

const REPLY_BYTES_MAX = 1_048_576;
const REPLIES_MAX = 1_024;

const CHANNEL_OPTIONS = {
  // A restarted daemon has lost every route: look for it often. A refused connect costs little.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 200,
  'grpc.max_receive_message_length': REPLY_BYTES_MAX,
  // The daemon is local; a proxy or a DNS record must not get between.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // A call repeated behind our back would upset the order of commands.
  'grpc.enable_retries': 0,
  'grpc.use_local_subchannel_pool': 1,
  // No keepalive: GoBGP answers pings closer than 5 minutes apart by closing the connection.
};

export interface GobgpClientOptions {
  /** `unix:///run/gobgp/api.sock` or `host:port`. */
  readonly address: string;
  readonly commandMsMax: number;
}

export class GobgpClient {
  readonly #client: Client;
  readonly #address: string;
  readonly #commandMsMax: number;
  readonly #commands: CommandChannel;

  constructor({ address, commandMsMax }: GobgpClientOptions) {
    this.#address = address;
    this.#commandMsMax = commandMsMax;
    this.#commands = new CommandChannel(address);
    const target = address.replace(/^unix:\/\//, 'unix:');
    this.#client = new Client(target, credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Connects ahead of the first call, which would otherwise take 15 ms or more. */
  connect(): void {
    this.#client.getChannel().getConnectivityState(true);
    this.#commands.connect();
  }

  /** Nothing of the reply is needed: what became of the command shows in the table. */
  async command(command: Command, signal: AbortSignal): Promise<void> {
    await this.#bounded(command.call, signal, (limited) => this.#commands.send(command, limited));
  }

  /** Asks for nothing of use the way commands go, so that the way is warm when one has to go. */
  async keepWarm(signal: AbortSignal): Promise<void> {
    await this.command(GET_BGP, signal);
  }

  async listPaths(request: ListPathRequest, signal: AbortSignal): Promise<ListPathReply[]> {
    return await this.#list(service.ListPath, request, signal);
  }

  async listPeers(signal: AbortSignal): Promise<ListPeerReply[]> {
    return await this.#list(service.ListPeer, {}, signal);
  }

  /** Hands on the events of sessions and best paths. Resolves on abort, rejects on its own end. */
  async watchEvents(
    listener: (event: WatchEventReply) => void,
    signal: AbortSignal,
  ): Promise<void> {
    // No `init`: a look follows the first event, and a dump of a full table would drown it.
    const request = { peer: {}, table: { filters: [{ type: FILTER_BEST, init: false }] } };
    const stream = this.#stream(service.WatchEvent, request);
    const cancel = (): void => stream.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await untilEnd(stream, listener);
      throw new SpeakerError('daemon-unreachable', `GoBGP (${this.#address}) ended WatchEvent`);
    } catch (error) {
      if (!signal.aborted) {
        throw failureOf('WatchEvent', this.#address, error);
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  close(): void {
    this.#client.close();
    this.#commands.close();
  }

  async #list<Request, Reply>(
    method: Method<Request, Reply>,
    request: Request,
    signal: AbortSignal,
  ): Promise<Reply[]> {
    return await this.#bounded(method.originalName, signal, async (limited) => {
      const stream = this.#stream(method, request);
      limited.addEventListener('abort', () => stream.cancel(), { once: true });
      const replies: Reply[] = [];
      await untilEnd<Reply>(stream, (reply) => {
        if (replies.push(reply) > REPLIES_MAX) {
          stream.destroy(tooMany(method.originalName, this.#address));
          stream.cancel();
        }
      });
      return replies;
    });
  }

  #stream<Request, Reply>(
    method: Method<Request, Reply>,
    request: Request,
  ): ClientReadableStream<Reply> {
    return this.#client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
    );
  }

  async #bounded<Result>(
    call: string,
    signal: AbortSignal,
    work: (limited: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await withDeadline(this.#commandMsMax, signal, work);
    } catch (error) {
      throw signal.aborted ? cancelled(call, error) : failureOf(call, this.#address, error);
    }
  }
}

/** Reads to the end. */
async function untilEnd<Reply>(
  stream: ClientReadableStream<Reply>,
  listener: (reply: Reply) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.on('data', listener);
    stream.on('error', reject);
    stream.on('end', resolve);
  });
}

function tooMany(call: string, address: string): SpeakerError {
  return new SpeakerError(
    'reply-too-long',
    `${call} at GoBGP (${address}) sent more than ${REPLIES_MAX} replies`,
  );
}
