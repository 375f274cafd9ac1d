// The status as Prometheus metrics, made anew from one view at each scrape. Labels come from closed
// lists and from the configuration, so the number of series is bounded.

import { Gauge, Registry } from 'prom-client';

import type { StatusView } from '../ports/status-view.js';
import type { GaugeDefinition } from './gauges/gauge.js';
import { GAUGES } from './gauges/all.js';

interface LiveGauge {
  readonly gauge: Gauge;
  readonly definition: GaugeDefinition;
}

export class StatusMetrics {
  readonly #registry = new Registry();
  readonly #gauges: readonly LiveGauge[];

  constructor() {
    this.#gauges = GAUGES.map((definition) => {
      const { name, help, labels = [] } = definition;
      const registers = [this.#registry];
      const gauge = new Gauge({ name, help, labelNames: [...labels], registers });
      return { gauge, definition };
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** What is not known has no sample: a zero would say that it is known. */
  render(view: StatusView): Promise<string> {
    for (const { gauge, definition } of this.#gauges) {
      gauge.reset();
      if (definition.labels === undefined) {
        // Without labels, `reset` leaves the one series there is at 0.
        gauge.remove();
      }
      for (const { labels = {}, value } of definition.samples(view)) {
        gauge.set(labels, value);
      }
    }
    return this.#registry.metrics();
  }
}
