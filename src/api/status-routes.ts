// The read-only routes, the same on both listeners.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { StatusSource } from '../ports/status-view.js';
import { StatusMetrics } from './metrics.js';
import { readinessOf } from './readiness.js';
import { refuse } from './server.js';
import { textPage } from './text/page.js';

/** A loop that is late by more cannot keep any promise. */
const LOOP_DELAY_MS_MAX = 1_000;

const TEXT = 'text/plain; charset=utf-8';

interface ReadyzQuery {
  readonly vip?: string;
  /** A whole number. */
  readonly 'max-at-risk'?: string;
}

const READYZ_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    vip: { type: 'string', maxLength: 64 },
    'max-at-risk': { type: 'string', pattern: '^[0-9]{1,9}$' },
  },
} as const;

export function addStatusRoutes(server: FastifyInstance, source: StatusSource): void {
  const metrics = new StatusMetrics();
  server.get('/status', (request, reply) => sendStatus(source, request, reply));
  server.get('/healthz', (_request, reply) => sendHealth(source, reply));
  server.get<{ Querystring: ReadyzQuery }>(
    '/readyz',
    { schema: { querystring: READYZ_QUERY } },
    (request, reply) => sendReadiness(source, request.query, reply),
  );
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.render(source.view())),
  );
}

function sendStatus(
  source: StatusSource,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.header('vary', 'accept').header('cache-control', 'no-store');
  return wantsJson(request)
    ? reply.send(source.view())
    : reply.type(TEXT).send(textPage(source.view()));
}

function wantsJson({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('application/json') === true;
}

/** An answer at all shows that the loop runs; a late one is worth a look. */
function sendHealth(source: StatusSource, reply: FastifyReply): FastifyReply {
  const { loopDelayMs } = source.view().self;
  const late = loopDelayMs > LOOP_DELAY_MS_MAX;
  const text = late ? `the event loop is late by ${Math.round(loopDelayMs)} ms` : 'ok';
  return sendText(reply, late ? 503 : 200, text);
}

function sendReadiness(
  source: StatusSource,
  { vip: name, 'max-at-risk': atRiskMax }: ReadyzQuery,
  reply: FastifyReply,
): FastifyReply {
  const view = source.view();
  const vips = view.vips.filter((vip) => name === undefined || vip.name === name);
  if (vips.length === 0) {
    return refuse(reply, 404, `no VIP ${name ?? ''} here`);
  }
  const { ready, because } = readinessOf(
    view,
    vips,
    atRiskMax === undefined ? undefined : Number(atRiskMax),
  );
  return sendText(reply, ready ? 200 : 503, ready ? 'ready' : because.join('\n'));
}

function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type(TEXT).send(`${text}\n`);
}
