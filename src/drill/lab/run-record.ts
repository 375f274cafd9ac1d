/** What a scenario finds out by itself while it runs. */
export class RunRecord {
  /** For the person who reads the result. */
  readonly said: string[] = [];
  /** What went otherwise than the scenario demands. */
  readonly faults: string[] = [];
  /** Calls that were set up after the run began, and are expected to go on. */
  callsAdded = 0;
  /** Calls that were being set up at the moment of the fault: some of them may be lost. */
  callsInSetUp = 0;
  /** When the fault happened, for a scenario that looks back at it. */
  faultAtMs: number | undefined;
  /** What the sidecar said last before the fault, where it was asked later than the run began. */
  atRiskSaid: number | null | undefined;

  say(sentence: string): void {
    this.said.push(sentence);
  }

  demand(holds: boolean, otherwise: string): void {
    if (!holds) {
      this.faults.push(otherwise);
    }
  }
}
