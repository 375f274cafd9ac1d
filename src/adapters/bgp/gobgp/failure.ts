// What a call's failure means at the port. GoBGP reports every fault of its own as code 2 with a
// text; all other codes come from the connection or from gRPC itself.

import { status } from '@grpc/grpc-js';

import { DeadlineError } from '../../../async/deadline.js';
import { SpeakerError, type SpeakerErrorCode } from '../../../ports/bgp-speaker.js';

interface GrpcFailure {
  readonly code: status;
  readonly details: string;
}

/** A daemon that runs but was never given its AS takes no commands: as good as not there. */
const NOT_STARTED = "bgp server hasn't started yet";

/** grpc-js gives an oversized reply the same code as a server that is short of something. */
const OVERSIZED = /^Received message larger than max/;

export function failureOf(call: string, address: string, cause: unknown): SpeakerError {
  if (cause instanceof SpeakerError) {
    return cause;
  }
  const tried = `${call} at GoBGP (${address})`;
  if (cause instanceof DeadlineError) {
    return new SpeakerError('daemon-silent', `${tried} was not answered in ${cause.limitMs} ms`, {
      cause,
    });
  }
  if (!isGrpcFailure(cause)) {
    throw cause;
  }
  if (cause.code === status.UNIMPLEMENTED) {
    return new SpeakerError(
      'daemon-refused',
      `${tried} is not known there: this driver speaks the API of GoBGP 3 (apipb.GobgpApi), ` +
        `GoBGP 4 has another one; it said: ${cause.details}`,
      { cause, disposition: 'fatal' },
    );
  }
  return new SpeakerError(codeOf(cause), `${tried} failed: ${cause.details}`, { cause });
}

export function cancelled(call: string, cause: unknown): SpeakerError {
  return new SpeakerError('cancelled', `${call} was cancelled by its caller`, {
    cause,
    disposition: 'give-up',
  });
}

const CODES: ReadonlyMap<status, SpeakerErrorCode> = new Map([
  [status.UNAVAILABLE, 'daemon-unreachable'],
  [status.CANCELLED, 'daemon-unreachable'],
  [status.DEADLINE_EXCEEDED, 'daemon-silent'],
  [status.INTERNAL, 'reply-unexpected'],
]);

function codeOf({ code, details }: GrpcFailure): SpeakerErrorCode {
  if (code === status.RESOURCE_EXHAUSTED) {
    return OVERSIZED.test(details) ? 'reply-too-long' : 'daemon-unreachable';
  }
  const fault = details.includes(NOT_STARTED) ? 'daemon-unreachable' : 'daemon-refused';
  return CODES.get(code) ?? fault;
}

function isGrpcFailure(cause: unknown): cause is GrpcFailure {
  return cause instanceof Error && 'code' in cause && 'details' in cause;
}
