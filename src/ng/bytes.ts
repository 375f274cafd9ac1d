/**
 * True when `expected` stands in `bytes` at `at`. For a few bytes of a datagram a loop is less than to
 * ask for a comparison of buffers, which has to come out of the depths of the engine each time.
 */
export function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[at + index] !== expected[index]) {
      return false;
    }
  }
  return true;
}
