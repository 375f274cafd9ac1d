// A gRPC server in GoBGP's place, for what the real daemon cannot be brought to do: answer late,
// answer too much, hold odd paths, be of another version. Everything else is left to the real one.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

import type {
  AddPathRequest,
  DeletePathRequest,
  ListPathReply,
  ListPathRequest,
  ListPeerReply,
  Path,
  WatchEventReply,
} from '../../../../src/adapters/bgp/gobgp/messages.js';

const PROTO = new URL('../../../../src/adapters/bgp/gobgp/gobgp.proto', import.meta.url);

export type Command =
  | ({ readonly call: 'AddPath' } & AddPathRequest)
  | ({ readonly call: 'DeletePath' } & DeletePathRequest);

export const ESTABLISHED = 6;
export const IDLE = 1;

export class FakeGobgp {
  readonly commands: Command[] = [];
  readonly lookups: ListPathRequest[] = [];
  /** What the tables hold, whoever asks and for whatever. */
  paths: Path[] = [];
  peers: ListPeerReply[] = [peer(ESTABLISHED)];
  /** Called for every command; its promise is what the answer waits for. */
  hold: (command: Command) => Promise<void> = () => Promise.resolve();
  answersListPath = true;
  answersWatchEvent = true;
  readonly #watchers = new Set<ServerWritableStream<unknown, WatchEventReply>>();
  #server: Server | undefined;
  #directory = '';
  #port: number | undefined;

  get address(): string {
    return this.#port === undefined
      ? `unix://${join(this.#directory, 'api.sock')}`
      : `127.0.0.1:${this.#port}`;
  }

  async start({ knowsOurService = true, overTcp = false } = {}): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'hl-fake-'));
    this.#port = overTcp ? 0 : undefined;
    const server = new Server();
    if (knowsOurService) {
      const definition = loadSync(fileURLToPath(PROTO), { defaults: true })['apipb.GobgpApi'];
      server.addService(definition as unknown as ServiceDefinition, this.#handlers());
    }
    await new Promise<void>((resolve, reject) => {
      const target = this.address.replace('unix://', 'unix:');
      server.bindAsync(target, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) {
          this.#port = overTcp ? port : undefined;
          resolve();
        } else {
          reject(error);
        }
      });
    });
    this.#server = server;
  }

  async stop(): Promise<void> {
    this.#server?.forceShutdown();
    await rm(this.#directory, { recursive: true, force: true });
  }

  send(event: WatchEventReply): void {
    this.#watchers.forEach((watcher) => watcher.write(event));
  }

  /** Ends the event streams and nothing else. */
  endEvents(): void {
    this.#watchers.forEach((watcher) => watcher.end());
    this.#watchers.clear();
  }

  #handlers() {
    return {
      AddPath: (call: ServerUnaryCall<AddPathRequest, object>, done: sendUnaryData<object>) =>
        this.#command({ call: 'AddPath', ...call.request }, done),
      GetBgp: (_call: unknown, done: sendUnaryData<object>) => done(null, {}),
      DeletePath: (call: ServerUnaryCall<DeletePathRequest, object>, done: sendUnaryData<object>) =>
        this.#command({ call: 'DeletePath', ...call.request }, done),
      ListPath: (call: ServerWritableStream<ListPathRequest, ListPathReply>) => {
        this.lookups.push(call.request);
        if (this.answersListPath) {
          this.#destinations(call.request).forEach((reply) => call.write(reply));
          call.end();
        }
      },
      ListPeer: (call: ServerWritableStream<object, ListPeerReply>) => {
        this.peers.forEach((reply) => call.write(reply));
        call.end();
      },
      WatchEvent: (call: ServerWritableStream<unknown, WatchEventReply>) => {
        if (this.answersWatchEvent) {
          this.#watchers.add(call);
          call.write({ peer: { type: 2, peer: peer(IDLE, '<nil>').peer } });
        }
      },
    };
  }

  #command(command: Command, done: sendUnaryData<object>): void {
    this.commands.push(command);
    this.hold(command).then(
      () => done(null, {}),
      (error: unknown) => done({ code: status.UNKNOWN, details: String(error) }),
    );
  }

  #destinations({ prefixes, family }: ListPathRequest): ListPathReply[] {
    const [first] = prefixes;
    const paths = this.paths.filter((path) => path.family?.afi === family.afi);
    return first === undefined || paths.length === 0
      ? []
      : [{ destination: { prefix: first.prefix, paths } }];
  }
}

export function peer(sessionState: number, neighborAddress = '10.0.1.1'): ListPeerReply {
  return {
    peer: {
      state: { localAsn: 65101, peerAsn: 65000, neighborAddress, sessionState, adminState: 0 },
    },
  };
}
