/**
 * `guarded`: a guard watches this process. `gone`: there was one and it died. `none`: started
 * without one.
 */
export type GuardState = 'guarded' | 'gone' | 'none';

/** What this process knows of the guard that owns it. */
export interface GuardLink {
  readonly state: GuardState;
  /** Workers of the same guard before this one. */
  readonly restarts: number;
}
