// A process whose guard died goes on alone until a new sidecar is started; then it makes room,
// since there must never be two at once.

import type { FastifyInstance } from 'fastify';

export interface Succession {
  /** True when nobody would start this process again. */
  mayBeSucceeded(): boolean;
  /** Ends this process and leaves every route as it is. */
  stepAside(): void;
}

export function addSuccessionRoute(server: FastifyInstance, succession: Succession): void {
  server.post('/step-aside', (_request, reply) => {
    if (!succession.mayBeSucceeded()) {
      return reply.code(409).send({ done: false });
    }
    // After the answer: a successor that does not hear it must not count on us to be gone.
    reply.raw.once('finish', () => succession.stepAside());
    return reply.send({ done: true });
  });
}
