/**
 * Calls `expired` when `limitMs` are over and everything that had come in by then has been
 * delivered. Returns the way to call it off.
 *
 * Node runs timers before it reads sockets: after a stall of this process a plain timer would
 * declare silence while the answer lies in the socket's buffer. So the last word is given after
 * one more turn of the event loop. `lateMs` tells how late the timer itself fired.
 */
export function startPatientTimer(limitMs: number, expired: (lateMs: number) => void): () => void {
  const dueAtMs = performance.now() + limitMs;
  let lastTurn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    const lateMs = Math.max(0, performance.now() - dueAtMs);
    lastTurn = setImmediate(() => expired(lateMs));
  }, limitMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(lastTurn);
  };
}
