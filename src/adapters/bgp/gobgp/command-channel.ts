// Sends commands to GoBGP as gRPC calls over a plain HTTP/2 connection (gRPC over HTTP/2, PROTOCOL-
// HTTP2.md: one length-prefixed message each way, the outcome in the trailers).
//
// The gRPC library takes 2 to 3 ms for a call that comes once in a blue moon, most of it in code
// that the engine has not compiled or has thrown away again. A withdrawal does not have that time.

import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';

import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { Http2Session } from './http2-session.js';
import type { Command } from './interface.js';

const SERVICE = '/apipb.GobgpApi/';
const STATUS_OK = '0';

/** Replies to commands are a few bytes; nothing of them is needed. */
const REPLY_BYTES_MAX = 65_536;

/** In front of each message: no compression, length in four bytes. */
const FRAME_BYTES = 5;

/** Answered with a status other than OK, in the form that the gRPC library uses for it. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly code: number;
  readonly details: string;

  constructor(code: number, details: string) {
    super(`${code} ${details}`);
    this.code = code;
    this.details = details;
  }
}

export class CommandChannel {
  readonly #address: string;
  readonly #session: Http2Session;

  constructor(address: string) {
    this.#address = address;
    this.#session = new Http2Session(address);
  }

  /** Connects ahead of the first command. */
  connect(): void {
    this.#session.get();
  }

  /** Leaves in this turn. Rejects with SpeakerError, CallFailure or the signal's reason. */
  send({ call, bytes }: Command, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.get().request({
        ':method': 'POST',
        ':path': `${SERVICE}${call}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const cancel = (): void => {
        stream.close(constants.NGHTTP2_CANCEL);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', cancel, { once: true });
      stream.once('close', () => signal.removeEventListener('abort', cancel));
      this.#follow(stream, resolve, reject);
      stream.end(frame(bytes));
    });
  }

  close(): void {
    this.#session.close();
  }

  #follow(stream: ClientHttp2Stream, resolve: () => void, reject: (error: Error) => void): void {
    let outcome: IncomingHttpHeaders = {};
    let length = 0;
    stream.on('response', (headers) => {
      outcome = { ...outcome, ...headers };
    });
    stream.on('trailers', (trailers: IncomingHttpHeaders) => {
      outcome = { ...outcome, ...trailers };
    });
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > REPLY_BYTES_MAX) {
        stream.close(constants.NGHTTP2_CANCEL);
        reject(this.#failed('reply-too-long', `sent more than ${REPLY_BYTES_MAX} bytes`));
      }
    });
    stream.on('error', (cause: Error) => {
      reject(this.#failed('daemon-unreachable', `ended the call: ${cause.message}`, cause));
    });
    stream.on('close', () => {
      const status = outcome['grpc-status'];
      if (status === STATUS_OK) {
        resolve();
      } else if (typeof status === 'string') {
        reject(new CallFailure(Number(status), detailsOf(outcome)));
      } else {
        reject(this.#failed('daemon-unreachable', 'ended the call without an outcome'));
      }
    });
  }

  #failed(code: SpeakerError['code'], what: string, cause?: Error): SpeakerError {
    return new SpeakerError(code, `GoBGP (${this.#address}) ${what}`, { cause });
  }
}

function frame(message: Buffer): Buffer {
  const framed = Buffer.alloc(FRAME_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  message.copy(framed, FRAME_BYTES);
  return framed;
}

/** The text is percent-encoded (gRPC over HTTP/2, Percent-Byte-Encoded). */
function detailsOf(outcome: IncomingHttpHeaders): string {
  const message = outcome['grpc-message'];
  if (typeof message !== 'string') {
    return '';
  }
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
