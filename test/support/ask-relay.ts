import type { NgDict } from '../../src/ng/bencode.js';
import { createNgClient, type NgTarget } from '../../src/ng/client.js';

const DEADLINE_MS = 2_000;

/** One command over ng, on a socket of its own. */
export async function askRelay(target: NgTarget, command: NgDict): Promise<NgDict> {
  const client = createNgClient(target);
  try {
    return await client.request(command, { deadlineMs: DEADLINE_MS }, new AbortController().signal);
  } finally {
    client.close();
  }
}
