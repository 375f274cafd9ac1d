const LOOK_EVERY_MS = 10;

/** Waits for something to come true, and says what when it does not. */
export async function until(what: string, look: () => unknown, limitMs = 5_000): Promise<void> {
  const startedAtMs = performance.now();
  let cause: unknown;
  while (performance.now() - startedAtMs < limitMs) {
    try {
      const result = await look();
      if (result !== false && result !== undefined) {
        return;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`waited ${limitMs} ms in vain until ${what}`, { cause });
}
