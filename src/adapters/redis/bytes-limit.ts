import type { Redis } from 'ioredis';

/**
 * Cuts the connection of a client to a server that sends more than `bytesMax` between two calls of
 * the function that is returned. What is sent is kept until it is whole, so that without a limit a
 * single endless reply would take all the memory.
 */
export function limitBytes(client: Redis, bytesMax: number): () => void {
  let bytes = 0;
  client.on('connect', () => {
    bytes = 0;
    const { stream } = client;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        stream.destroy(new Error(`sent more than ${bytesMax} bytes at once`));
      }
    });
  });
  return () => (bytes = 0);
}
