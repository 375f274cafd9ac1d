/**
 * What the caller does with a failure: `retry` the same work later, `give-up` on this work and go
 * on, or treat it as `fatal` for the process (a fault of configuration or code).
 */
export type Disposition = 'retry' | 'give-up' | 'fatal';
