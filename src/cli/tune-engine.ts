import { setFlagsFromString } from 'node:v8';

/**
 * Compiles what is called often after fewer calls. The looks come twenty times a second, and with
 * the engine's own patience they would be interpreted for minutes, at half as much CPU again.
 */
export function tuneEngine(): void {
  setFlagsFromString('--interrupt-budget=20000');
}
