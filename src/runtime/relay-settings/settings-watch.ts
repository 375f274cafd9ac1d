// Reads the relay's settings once it answers, and again after each of its restarts. Far from the
// probes: one question of its own, with a deadline, and nothing waits for the answer.

import { tickEvery } from '../../async/tick.js';
import type { State } from '../../domain/machine.js';
import type { RelayEvidence } from '../../domain/relay-evidence.js';
import type { Log } from '../../ports/log.js';
import type { SettingsReader } from '../../ports/relay-settings.js';
import type { DangerView } from '../../ports/status-view.js';
import { dangersIn, sayDanger } from './dangers.js';

const LOOK_EVERY_MS = 1_000;
/** Settings can also be changed while the relay runs. */
const READ_AGAIN_MS = 600_000;
/** For a relay that does not tell, and for dangers that somebody may have mended by now. */
const RETRY_MS = 60_000;

export interface SettingsWatchOptions {
  readonly reader: SettingsReader;
  readonly relay: () => Pick<RelayEvidence, 'state' | 'stateSinceMs'>;
  readonly log: Log;
}

interface Parts {
  readonly settings?: SettingsReader | undefined;
  readonly log: Log;
}

/** None where the relay does not tell. */
export function createSettingsWatch(
  { settings: reader, log }: Parts,
  state: () => State,
): readonly SettingsWatch[] {
  const relay = (): RelayEvidence => state().evidence.relay;
  return reader === undefined ? [] : [new SettingsWatch({ reader, relay, log })];
}

export class SettingsWatch {
  readonly #options: SettingsWatchOptions;
  #dangers: readonly DangerView[] | undefined;
  #lifeSinceMs: number | undefined;
  #dueAtMs = 0;
  #reading = false;
  #said = '';

  constructor(options: SettingsWatchOptions) {
    this.#options = options;
  }

  /** Undefined as long as the relay has not told. */
  get dangers(): readonly DangerView[] | undefined {
    return this.#dangers;
  }

  /** Looks until `signal` aborts. Never rejects. */
  watch(_listener: unknown, signal: AbortSignal): Promise<void> {
    return tickEvery(LOOK_EVERY_MS, () => this.#look(signal), signal);
  }

  #look(signal: AbortSignal): void {
    const { state, stateSinceMs } = this.#options.relay();
    if (state !== 'alive') {
      return;
    }
    const due = stateSinceMs !== this.#lifeSinceMs || performance.now() >= this.#dueAtMs;
    if (due && !this.#reading) {
      this.#lifeSinceMs = stateSinceMs;
      void this.#read(signal);
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    this.#reading = true;
    try {
      this.#dangers = dangersIn(await this.#options.reader.read(signal));
      const againMs = this.#dangers.length === 0 ? READ_AGAIN_MS : RETRY_MS;
      this.#dueAtMs = performance.now() + againMs;
      this.#say(this.#dangers.map(sayDanger));
    } catch (error) {
      this.#dueAtMs = performance.now() + RETRY_MS;
      if (!signal.aborted) {
        this.#say([`the relay's settings are not known: ${String(error)}`]);
      }
    } finally {
      this.#reading = false;
    }
  }

  /** The same words are not said twice in a row. */
  #say(sentences: readonly string[]): void {
    const said = sentences.join('\n');
    if (said !== this.#said) {
      this.#said = said;
      sentences.forEach((each) => this.#options.log.warn({ event: 'relay-settings' }, each));
    }
  }
}
