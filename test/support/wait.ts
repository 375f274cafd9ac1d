const LOOK_EVERY_MS = 5;

/** Waits until `condition` holds; fails with what was waited for once the deadline is over. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 5_000,
): Promise<void> {
  const endsAtMs = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > endsAtMs) {
      throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    }
    await pause(LOOK_EVERY_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Keeps the event loop busy, as a stall of this process would. */
export function blockEventLoop(ms: number): void {
  const endsAtMs = performance.now() + ms;
  while (performance.now() < endsAtMs);
}
