// What the BGP daemon's driver says, as the core and the log take it.

import { DeadlineError } from '../async/deadline.js';
import type { Event } from '../domain/machine.js';
import { SpeakerError, type SpeakerReport } from '../ports/bgp-speaker.js';

export function describeFailure(error: unknown): string {
  if (error instanceof DeadlineError) {
    return `the BGP daemon did not finish within ${error.limitMs} ms`;
  }
  return error instanceof Error ? error.message : String(error);
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof SpeakerError ? error.code : undefined;
}

export function speakerEvent(report: SpeakerReport): Event {
  return report.daemon === 'up'
    ? {
        kind: 'speaker',
        daemon: 'up',
        atMs: report.atMs,
        held: report.held,
        sessions: report.sessions,
      }
    : { kind: 'speaker', daemon: 'unreachable', atMs: report.atMs };
}
