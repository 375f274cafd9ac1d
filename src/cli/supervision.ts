// Who may end a worker, and how it then parts from its routes:
//
// - `guarded`: the guard alone. Signals are left to it, since a terminal and a service manager send
//   theirs to every process of the group, and a goodbye must not be cut short by the second one.
// - `gone`: a signal or a successor, and the routes stay: whoever clears up after a dead guard did
//   not ask for the goodbye of a planned stop.
// - `none`: a signal; the goodbye is the one of the configuration.

import type { Succession } from '../api/succession-route.js';
import type { Config } from '../config/config.js';
import type { Lifeline } from '../guard/lifeline.js';
import type { GuardLink } from '../ports/guard.js';
import type { Log } from '../ports/log.js';

export interface Ending {
  readonly why: string;
  /** `on-stop`: as the configuration asks. */
  readonly how: 'on-stop' | 'hold';
}

export interface Supervision extends GuardLink, Succession {
  /** Resolves when this process is to end. */
  readonly ending: Promise<Ending>;
  /** The configuration is read. */
  loaded(config: Config): void;
  /** The relay is watched; from now on there is a log to write to. */
  started(log: Log): void;
  /** Lets go of what would keep the process alive. */
  close(): void;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export function unguarded(): Supervision {
  const ending = new Promise<Ending>((resolve) => {
    // Once: a second signal ends the process at once.
    for (const signal of SIGNALS) {
      process.once(signal, () => resolve({ why: signal, how: 'on-stop' }));
    }
  });
  return {
    state: 'none',
    restarts: 0,
    ending,
    loaded: () => undefined,
    started: () => undefined,
    close: () => undefined,
    mayBeSucceeded: () => false,
    stepAside: () => undefined,
  };
}

export class Guarded implements Supervision {
  readonly restarts: number;
  readonly ending: Promise<Ending>;
  readonly #lifeline: Lifeline;
  #end: (ending: Ending) => void = () => undefined;
  #signalled: NodeJS.Signals | undefined;

  constructor(lifeline: Lifeline, restarts: number) {
    this.restarts = restarts;
    this.#lifeline = lifeline;
    this.ending = new Promise((resolve) => (this.#end = resolve));
    for (const signal of SIGNALS) {
      process.on(signal, this.#hear);
    }
    lifeline.listen({
      stop: () => this.#end({ why: 'the guard asked for it', how: 'on-stop' }),
      gone: () => this.#outlive(),
    });
  }

  get state(): GuardLink['state'] {
    return this.#lifeline.gone ? 'gone' : 'guarded';
  }

  loaded({ node, onDeath }: Config): void {
    this.#lifeline.tell({ kind: 'loaded', node, onDeath });
  }

  started(log: Log): void {
    this.#lifeline.tell({ kind: 'watching' });
    this.#lifeline.listen({
      stop: () => this.#end({ why: 'the guard asked for it', how: 'on-stop' }),
      gone: () => {
        log.error({ event: 'guard-gone' }, 'the guard is gone; the relay is watched without it');
        this.#outlive();
      },
    });
  }

  mayBeSucceeded(): boolean {
    return this.state === 'gone';
  }

  stepAside(): void {
    this.#end({ why: 'a successor asked for it', how: 'hold' });
  }

  close(): void {
    this.#lifeline.close();
    this.#forgetSignals();
  }

  readonly #hear = (signal: NodeJS.Signals): void => {
    if (this.state === 'gone') {
      this.#partFor(signal);
    } else {
      this.#signalled = signal;
    }
  };

  /** Whoever killed the guard may have meant this process too, and been heard first here. */
  #outlive(): void {
    if (this.#signalled !== undefined) {
      this.#partFor(this.#signalled);
    }
  }

  #partFor(signal: NodeJS.Signals): void {
    this.#forgetSignals();
    this.#end({ why: `${signal} without a guard`, how: 'hold' });
  }

  #forgetSignals(): void {
    for (const signal of SIGNALS) {
      process.off(signal, this.#hear);
    }
  }
}
