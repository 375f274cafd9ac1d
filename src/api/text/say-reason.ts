import { REASONS } from '../../domain/reasons.js';

/** The sentence of a reason code. */
export function sayReason(code: string): string {
  return Object.hasOwn(REASONS, code) ? REASONS[code as keyof typeof REASONS] : code;
}
