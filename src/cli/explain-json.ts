// An explanation for programs. Times are ISO 8601 in UTC; `null` says "not known".

import type { Explained, Incident } from '../runtime/journal/explain.js';
import { sayEvent } from '../runtime/journal/say-event.js';
import { stagesMs } from '../runtime/journal/stages-ms.js';
import { sayVerdict } from '../domain/reasons.js';
import type { RecordedEvent } from '../ports/journal.js';

export function explanationJson(explained: Explained): object {
  const { node, version, state, incident, lost } = explained;
  return {
    node,
    version,
    lostRecords: lost,
    decision: incident === undefined ? null : decisionJson(incident),
    standing: {
      at: iso(state.nowMs),
      vips: Object.entries(state.vips).map(([name, vip]) => ({
        name,
        rank: vip.rank ?? null,
        reason: vip.reason,
        since: iso(vip.sinceMs),
      })),
    },
  };
}

function decisionJson(incident: Incident): object {
  const { decidedBy, changes, wellBefore, seen, seenMore, closed } = incident;
  return {
    at: iso(decidedBy.atMs),
    changes: changes.map((change) => ({
      ...change,
      sentence: sayVerdict(change.reason, change.to),
    })),
    wellBefore: wellBefore.map(eventJson),
    seen: seen.map(eventJson),
    seenMore,
    outcome: closed?.outcome ?? null,
    detail: closed?.detail ?? null,
    remedies: closed?.remedies ?? [],
    stagesMs: closed === undefined ? null : stagesMs(closed.stages),
    evidence: closed?.evidence ?? null,
  };
}

function eventJson(event: RecordedEvent): object {
  return { at: iso(event.atMs), says: sayEvent(event), event };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
