// What both listeners have in common: limits, and errors as one small JSON shape.

import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';

const BODY_BYTES_MAX = 4_096;
const REQUEST_MS_MAX = 5_000;
const CHECK_MS = 1_000;
const IDLE_MS_MAX = 10_000;
const CONNECTIONS_MAX = 64;
const PATH_SHOWN_MAX = 100;

export function createServer(): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    // Node looks for overdue requests each 30 s unless told otherwise.
    http: { headersTimeout: REQUEST_MS_MAX, connectionsCheckingInterval: CHECK_MS },
    connectionTimeout: IDLE_MS_MAX,
    keepAliveTimeout: IDLE_MS_MAX,
    forceCloseConnections: true,
    // The sidecar logs decisions; a scraper's requests would drown them.
    logger: false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  server.setErrorHandler((error: FastifyError, _request, reply) =>
    refuse(reply, error.statusCode ?? 500, error.message),
  );
  server.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, `no ${request.method} ${request.url.slice(0, PATH_SHOWN_MAX)} here`),
  );
  return server;
}

export function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}
