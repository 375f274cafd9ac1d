// What the log says of the comparison: what changed, once.

import type { ParityObservation } from '../../domain/evidence.js';
import { tellsOfSessions } from '../../domain/keyspace-events.js';
import type { Log } from '../../ports/log.js';
import type { Side } from './sides.js';

export class ParityLog {
  readonly #log: Log;
  readonly #said = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  found(side: Side, { expected, missing, extra, samples }: ParityObservation): void {
    const well = missing === 0 && extra === 0;
    const fields = { event: 'parity', ...side, expected, missing, extra, samples };
    if (this.#isNews(`${side.database}`, well ? 'well' : `${missing} ${extra}`, 'well')) {
      const where = `VIP ${side.vip} (database ${side.database})`;
      this.#log[well ? 'info' : 'warn'](
        fields,
        well ? `the relay holds every session of ${where}` : sayDifference(side, missing, extra),
      );
    }
  }

  repairable(side: Side, count: number, readOnly: boolean): void {
    const why = readOnly ? 'redis.repair is report' : 'the local replica can be written to';
    if (this.#isNews(`repair ${side.database}`, why, '')) {
      const what = `${count} sessions of VIP ${side.vip} could be brought back; not done, as`;
      this.#log.warn({ event: 'repair', ...side, count }, `${what} ${why}`);
    }
  }

  repaired(
    side: Side,
    { left, ...done }: { published: number; healed: number; left: number; unheard: boolean },
  ): void {
    this.#said.delete(`repair ${side.database}`);
    const what = done.unheard
      ? `nobody on this host listens for the sessions of VIP ${side.vip}: the relay is not subscribed`
      : `${done.healed} sessions of VIP ${side.vip} were brought back, ${left} are missing still`;
    this.#log[left > 0 ? 'warn' : 'info']({ event: 'repair', ...side, left, ...done }, what);
  }

  /** The one that was told of did not come back, so the others were left alone. */
  unrestorable(side: Side, missing: number): void {
    if (this.#isNews(`repair ${side.database}`, 'unrestorable', '')) {
      const what = `the relay cannot restore sessions of VIP ${side.vip}: look at its interfaces, ports and log`;
      this.#log.error({ event: 'repair', ...side, missing }, `${what}; ${missing} are left alone`);
    }
  }

  /** The setting without which a relay learns of no session; undefined when it cannot be read. */
  events(setting: string | undefined): void {
    const enough = setting === undefined || tellsOfSessions(setting);
    if (this.#isNews('events', enough ? 'enough' : setting, 'enough')) {
      const found = `notify-keyspace-events of the local replica is "${setting ?? ''}"`;
      const fields = { event: 'replica-events', setting };
      if (enough) {
        this.#log.info(fields, `${found}: the relay learns of sessions again`);
      } else {
        this.#log.warn(fields, `${found}: the relay learns of no session; it must hold K, $ and g`);
      }
    }
  }

  trouble(detail: string): void {
    if (this.#isNews('trouble', detail, '')) {
      this.#log.warn({ event: 'parity-unknown' }, `sessions are not compared: ${detail}`);
    }
  }

  noTrouble(): void {
    this.#said.delete('trouble');
  }

  #isNews(about: string, said: string, atFirst: string): boolean {
    const before = this.#said.get(about) ?? atFirst;
    this.#said.set(about, said);
    return before !== said;
  }
}

function sayDifference(side: Side, missing: number, extra: number): string {
  const where = `VIP ${side.vip} (database ${side.database})`;
  const lacks = `the relay lacks ${missing} sessions that Redis keeps for ${where}`;
  const holds = `it holds ${extra} that Redis does not keep`;
  return missing === 0 ? `${holds.replace('it', 'the relay')}: ${where}` : `${lacks}, and ${holds}`;
}
