import { readFile } from 'node:fs/promises';

import type { RunResult } from '../report/result.js';

import { decisionBehind, readDecisions, verifiedAtMs } from './decisions.js';
import { rounded } from './statistics.js';

export interface Moments {
  readonly faultAtMs: number;
  /** The log of the sidecar on relay-a, which must have noticed. */
  readonly sidecarLog: string;
  readonly routerAtMs: number | null;
  readonly firstPacketAtMs: number | null;
}

/** Everything that happened after the fault, on one clock. */
export async function readStages(moments: Moments): Promise<RunResult['stagesMs']> {
  const decisions = readDecisions(await readFile(moments.sidecarLog, 'utf8'));
  const decision = decisionBehind(decisions, { vip: 'a', ...moments });
  const after = (atMs: number | null | undefined): number | null =>
    atMs === null || atMs === undefined ? null : rounded(atMs - moments.faultAtMs);
  return {
    detected: after(decision?.detectedAtMs),
    decided: after(decision?.decidedAtMs),
    commanded: after(decision?.commandedAtMs),
    verified: after(verifiedAtMs(decisions, { vip: 'a', decision })),
    router: after(moments.routerAtMs),
    firstPacket: after(moments.firstPacketAtMs),
  };
}
