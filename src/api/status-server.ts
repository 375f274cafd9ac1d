import type { HostPort } from '../config/config.js';
import type { StatusSource } from '../ports/status-view.js';
import { ListenError, systemCodeOf, type Listener } from './listener.js';
import { createServer } from './server.js';
import { addStatusRoutes } from './status-routes.js';

/** Listens on TCP, read only. Rejects with ListenError. */
export async function createStatusServer(
  source: StatusSource,
  { listen }: { readonly listen: HostPort },
): Promise<Listener> {
  const server = createServer();
  addStatusRoutes(server, source);
  try {
    const url = await server.listen({ host: listen.host, port: listen.port });
    return { address: new URL(url).host, close: () => server.close() };
  } catch (error) {
    await server.close();
    const code = systemCodeOf(error) === 'EADDRINUSE' ? 'address-in-use' : 'address-unusable';
    const why = error instanceof Error ? error.message : String(error);
    const message = `status.listen ${listen.host} port ${listen.port} cannot be used: ${why}`;
    throw new ListenError(code, message, { cause: error });
  }
}
