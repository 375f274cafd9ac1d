// The sidecar's own account: it writes one line for every decision, with the time of each stage.

export interface LoggedDecision {
  readonly vips: readonly string[];
  readonly detectedAtMs: number;
  readonly decidedAtMs: number;
  readonly commandedAtMs: number | null;
  readonly verifiedAtMs: number | null;
}

/** Every decision in a log, oldest first; lines of other kinds and cut ones are passed over. */
export function readDecisions(log: string): readonly LoggedDecision[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"decision"'))
    .map(parseDecision)
    .filter((decision) => decision !== undefined);
}

function parseDecision(line: string): LoggedDecision | undefined {
  const entry = parseObject(line);
  const stages = objectAt(entry, 'stages');
  const changes = entry?.['changes'];
  const detectedAtMs = numberAt(stages, 'detectedAtMs');
  const decidedAtMs = numberAt(stages, 'decidedAtMs');
  if (entry?.['event'] !== 'decision' || detectedAtMs === null || decidedAtMs === null) {
    return undefined;
  }
  return {
    vips: Array.isArray(changes) ? changes.map((each) => String(objectOf(each)?.['vip'])) : [],
    detectedAtMs,
    decidedAtMs,
    commandedAtMs: numberAt(stages, 'commandedAtMs'),
    verifiedAtMs: numberAt(stages, 'verifiedAtMs'),
  };
}

/**
 * The decision that moved the route of a VIP: the last one taken after the fault and before the
 * router changed over, or the first after the fault when the router never did.
 */
export function decisionBehind(
  decisions: readonly LoggedDecision[],
  about: { readonly vip: string; readonly faultAtMs: number; readonly routerAtMs: number | null },
): LoggedDecision | undefined {
  const after = decisions.filter(
    ({ vips, decidedAtMs }) => vips.includes(about.vip) && decidedAtMs >= about.faultAtMs,
  );
  const { routerAtMs } = about;
  return routerAtMs === null
    ? after[0]
    : after.findLast(({ decidedAtMs }) => decidedAtMs <= routerAtMs);
}

/**
 * When what the decision wanted was seen to be announced. One that another superseded before it was
 * read back (demoted, and withdrawn as soon as a peer had answered) is over with that other one.
 */
export function verifiedAtMs(
  decisions: readonly LoggedDecision[],
  { vip, decision }: { readonly vip: string; readonly decision: LoggedDecision | undefined },
): number | null {
  const from = decision === undefined ? Infinity : decision.decidedAtMs;
  const verified = decisions.find(
    (each) => each.vips.includes(vip) && each.decidedAtMs >= from && each.verifiedAtMs !== null,
  );
  return verified?.verifiedAtMs ?? null;
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(line: string): Fields | undefined {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return undefined; // A line that is still being written, or that no logger wrote.
  }
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function objectAt(fields: Fields | undefined, key: string): Fields | undefined {
  return objectOf(fields?.[key]);
}

function numberAt(fields: Fields | undefined, key: string): number | null {
  const value = fields?.[key];
  return typeof value === 'number' ? value : null;
}
