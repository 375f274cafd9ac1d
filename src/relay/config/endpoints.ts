// Where the relay listens. Addresses only: a relay that waits for a resolver forwards nothing.

import { text } from '../../yaml/scalars.js';
import type { Reader } from '../../yaml/readers.js';
import type { Endpoint } from '../call/record.js';
import { canonicalAddress } from '../sdp/address.js';

const PORT_MAX = 65_535;

export const address: Reader<string> = text('an IPv4 or IPv6 address', canonicalAddress);

/** With brackets around IPv6. */
export const endpoint: Reader<Endpoint> = text('ADDRESS:PORT', (value) => {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const host = canonicalAddress(match?.[1] ?? match?.[2] ?? '');
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= PORT_MAX ? { host, port } : undefined;
});
