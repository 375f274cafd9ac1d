import type { Rank } from '../../domain/rank.js';
import { REASONS, sayVerdict, type Reason } from '../../domain/reasons.js';

/** The sentence of a reason code, and of the rank that it led to where that says more. */
export function sayReason(code: string, rank?: Rank | null): string {
  return Object.hasOwn(REASONS, code) ? sayVerdict(code as Reason, rank) : code;
}
