/**
 * True when `expected` stands in `bytes` at `at`. A loop, since for the few bytes of a datagram it
 * touches less memory than a comparison of buffers (docs/decisions/0022).
 */
export function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[at + index] !== expected[index]) {
      return false;
    }
  }
  return true;
}
