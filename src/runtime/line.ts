/** A line of the log, before it is written. */
export interface Line {
  readonly level: 'info' | 'warn';
  readonly fields: object;
  readonly message: string;
}
