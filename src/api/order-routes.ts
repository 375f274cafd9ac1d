import type { FastifyInstance, FastifyReply } from 'fastify';

import type { Clock } from '../ports/clock.js';
import type { OperatorDesk, OrderOutcome } from '../ports/status-view.js';

const BY_LENGTH_MAX = 64;
const WHY_LENGTH_MAX = 500;
const FOR_MS_MAX = 30 * 86_400_000;

interface Order {
  readonly by: string;
  readonly why: string;
}

interface DrainBody extends Order {
  readonly forMs?: number;
}

export function addOrderRoutes(server: FastifyInstance, desk: OperatorDesk, clock: Clock): void {
  const forMs = { type: 'integer', minimum: 1, maximum: FOR_MS_MAX };
  server.post<{ Body: DrainBody }>(
    '/drain',
    { schema: { body: orderSchema({ forMs }) } },
    async ({ body }, reply) => {
      const atMs = clock.nowMs();
      const untilMs = body.forMs === undefined ? undefined : atMs + body.forMs;
      return answer(reply, await desk.drain({ by: body.by, why: body.why, atMs, untilMs }));
    },
  );
  server.post<{ Body: Order }>(
    '/undrain',
    { schema: { body: orderSchema({}) } },
    async ({ body: { by, why } }, reply) => answer(reply, await desk.undrain({ by, why })),
  );
}

function orderSchema(extra: object): object {
  return {
    type: 'object',
    required: ['by', 'why'],
    additionalProperties: false,
    properties: { by: words(BY_LENGTH_MAX), why: words(WHY_LENGTH_MAX), ...extra },
  };
}

/** Something visible and no control characters: the words go into logs and onto terminals. */
function words(maxLength: number): object {
  return { type: 'string', maxLength, pattern: '^[^\\p{Cc}]*[^\\p{Cc}\\s][^\\p{Cc}]*$' };
}

/** 409 says that the order was understood, and that what it asks for is not so (yet). */
function answer(reply: FastifyReply, outcome: OrderOutcome): FastifyReply {
  return reply.code(outcome.done ? 200 : 409).send(outcome);
}
