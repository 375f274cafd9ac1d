// Waits for something that changes only where `look` is called.

export class Waits {
  readonly #looks = new Set<() => void>();

  /** Resolves once `holds` returns true, with false when `limitMs` passes first. */
  until(holds: () => boolean, limitMs: number): Promise<boolean> {
    if (holds()) {
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const finish = (outcome: boolean): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(outcome);
      };
      const look = (): void => {
        if (holds()) {
          finish(true);
        }
      };
      const timer = setTimeout(() => finish(false), limitMs);
      this.#looks.add(look);
    });
  }

  /** Called after every change. */
  look(): void {
    this.#looks.forEach((look) => look());
  }
}
