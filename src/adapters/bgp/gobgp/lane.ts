// Keeps the commands for one prefix in the order of the calls. GoBGP serves the calls of one
// connection side by side, so only an answered command is sure to be before the next.

/** An earlier command takes 1 ms; one that takes longer than this must not delay a withdrawal. */
const EARLIER_COMMAND_MS_MAX = 20;

export class Lane {
  #underWay: Promise<void> | undefined;
  #calls = 0;

  /** Sends at once when the lane is free, so that the command leaves in the caller's own turn. */
  async send(command: () => Promise<void>): Promise<void> {
    this.#calls += 1;
    const sending = this.#sendAfter(this.#underWay, command, this.#calls);
    const underWay = sending.then(ignore, ignore);
    this.#underWay = underWay;
    try {
      await sending;
    } finally {
      if (this.#underWay === underWay) {
        this.#underWay = undefined;
      }
    }
  }

  async #sendAfter(
    earlier: Promise<void> | undefined,
    command: () => Promise<void>,
    call: number,
  ): Promise<void> {
    const inOrder = earlier === undefined || (await settles(earlier, EARLIER_COMMAND_MS_MAX));
    await command();
    if (!inOrder) {
      // The daemon may yet take the overtaken command after this one: have the last word.
      await earlier;
      if (call === this.#calls) {
        await command();
      }
    }
  }
}

async function settles(work: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

function ignore(): void {
  // Whoever sent the earlier command hears of its failure.
}
