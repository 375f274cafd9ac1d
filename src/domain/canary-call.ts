// The calls that sidecars keep for themselves, one on the relay of each home. They are replicated
// like any other, and are nobody's telephone call.

const PREFIX = 'holdline-canary-';

/** The Call-ID of the canary call that the sidecar of this node keeps. */
export function canaryCallId(node: string): string {
  return `${PREFIX}${node}`;
}

export function isCanaryCallId(callId: string): boolean {
  return callId.startsWith(PREFIX);
}
