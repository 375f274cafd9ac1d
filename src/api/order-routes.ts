import type { FastifyInstance, FastifyReply } from 'fastify';

import type { Order as TimedOrder } from '../domain/evidence.js';
import type { Clock } from '../ports/clock.js';
import type { OperatorDesk, OrderOutcome } from '../ports/status-view.js';

const BY_LENGTH_MAX = 64;
const WHY_LENGTH_MAX = 500;
const FOR_MS_MAX = 30 * 86_400_000;

interface Order {
  readonly by: string;
  readonly why: string;
}

interface TimedBody extends Order {
  readonly forMs?: number;
}

interface DrainBody extends TimedBody {
  readonly force?: boolean;
}

interface FreezeBody extends TimedBody {
  readonly evenDead?: boolean;
}

export function addOrderRoutes(server: FastifyInstance, desk: OperatorDesk, clock: Clock): void {
  const forMs = { type: 'integer', minimum: 1, maximum: FOR_MS_MAX };
  server.post<{ Body: DrainBody }>(
    '/drain',
    { schema: { body: orderSchema({ forMs, force: { type: 'boolean' } }) } },
    async ({ body: { force = false, ...body } }, reply) =>
      answer(reply, await desk.drain({ ...timed(body, clock), force })),
  );
  server.post<{ Body: FreezeBody }>(
    '/freeze',
    { schema: { body: orderSchema({ forMs, evenDead: { type: 'boolean' } }) } },
    async ({ body: { evenDead = false, ...body } }, reply) =>
      answer(reply, await desk.freeze({ ...timed(body, clock), evenDead })),
  );
  server.post<{ Body: TimedBody }>(
    '/degrade',
    { schema: { body: orderSchema({ forMs }) } },
    async ({ body }, reply) => answer(reply, await desk.degrade(timed(body, clock))),
  );
  for (const end of ['undrain', 'unfreeze', 'restore'] as const) {
    server.post<{ Body: Order }>(
      `/${end}`,
      { schema: { body: orderSchema({}) } },
      async ({ body: { by, why } }, reply) => answer(reply, await desk[end]({ by, why })),
    );
  }
}

function timed({ by, why, forMs }: TimedBody, clock: Clock): TimedOrder {
  const atMs = clock.nowMs();
  return { by, why, atMs, untilMs: forMs === undefined ? undefined : atMs + forMs };
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
