// ioredis 6 ends the process when a server sends a null that nobody asked for: it wants to name the
// reply in an error, calls `toString` on the null, and throws what comes of that in a turn of its own,
// where nobody can catch it (built/DataHandler.js, shiftCommand). Any other such reply it only mentions,
// and then takes every later answer for the answer to another question.
//
// So a reply that nobody asked for ends the connection, whatever it is; the next one is in step again.

import DataHandlerModule from 'ioredis/built/DataHandler.js';

interface Handler {
  readonly redis: {
    readonly commandQueue: { readonly length: number };
    readonly stream: { destroy(error: Error): void };
  };
}

interface Patchable {
  shiftCommand: (this: Handler, reply: unknown) => unknown;
}

const guarded = Symbol('guarded against unasked replies');

/** Changes the library once for the process. Throws when it is not built as it was. */
export function refuseUnaskedReplies(): void {
  const prototype = DataHandlerModule.default.prototype as unknown as Patchable &
    Record<symbol, unknown>;
  if (prototype[guarded] === true) {
    return;
  }
  const { shiftCommand } = prototype;
  if (typeof shiftCommand !== 'function') {
    throw new Error('this ioredis takes its replies in another way: see unasked-replies.ts');
  }
  prototype.shiftCommand = function (reply) {
    if (this.redis.commandQueue.length === 0) {
      this.redis.stream.destroy(new Error('the server sent a reply that nobody asked for'));
      return null;
    }
    return shiftCommand.call(this, reply);
  };
  prototype[guarded] = true;
}
