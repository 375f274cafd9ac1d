// The last resort of `on-death: withdraw`: takes every configured prefix away and sees it gone.

import { sleep } from '../async/sleep.js';
import type { Config } from '../config/config.js';
import type { BgpSpeaker } from '../ports/bgp-speaker.js';
import type { Log } from '../ports/log.js';

const TRIES_MS_MAX = 5_000;
const TRY_EVERY_MS = 100;

export interface WithdrawalParts {
  readonly config: Config;
  readonly speaker: BgpSpeaker;
  readonly log: Log;
}

/** Resolves with true once no neighbour is sent any of the prefixes any more. */
export async function withdrawEverything({
  config,
  speaker,
  log,
}: WithdrawalParts): Promise<boolean> {
  const stop = new AbortController();
  const watch = speaker.watch(() => undefined, stop.signal);
  const fields = { event: 'last-withdrawal' };
  try {
    const fault = await tryUntilGone(config, speaker, stop.signal);
    if (fault === undefined) {
      log.warn(fields, 'every configured prefix is withdrawn');
    } else {
      log.error(fields, `not confirmed: ${fault}`);
    }
    return fault === undefined;
  } finally {
    stop.abort(new Error('the withdrawal has ended'));
    await watch;
    await speaker.close();
  }
}

/** Undefined when all are gone; else what was in the way at the last try. */
async function tryUntilGone(
  { vips }: Config,
  speaker: BgpSpeaker,
  signal: AbortSignal,
): Promise<string | undefined> {
  const gone = vips.flatMap(({ name, prefixes }) =>
    prefixes.map((prefix) => ({ vip: name, prefix, rank: 'withdrawn' as const })),
  );
  const endsAtMs = performance.now() + TRIES_MS_MAX;
  for (;;) {
    const fault = await tryOnce(gone, speaker, signal);
    if (fault === undefined || performance.now() > endsAtMs) {
      return fault;
    }
    await sleep(TRY_EVERY_MS, signal);
  }
}

async function tryOnce(
  gone: Parameters<BgpSpeaker['declare']>[0],
  speaker: BgpSpeaker,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await speaker.declare(gone, signal);
    const prefixes = gone.map(({ prefix }) => prefix);
    const left = (await speaker.readBack(signal)).filter((each) => prefixes.includes(each.prefix));
    const said = left.map(({ prefix, neighbour }) => `${prefix} is still sent to ${neighbour}`);
    return said.length === 0 ? undefined : said.join(', ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
