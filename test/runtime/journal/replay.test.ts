import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import type { Policy } from '../../../src/domain/policy.js';
import type { JournalRecord, Opening } from '../../../src/ports/journal.js';
import { rerun } from '../../../src/runtime/journal/rerun.js';
import { whatIf, type WhatIf } from '../../../src/runtime/journal/what-if.js';
import { heldRoutes, HOME, POLICY, ROUTER, STANDBY } from '../../domain/story.js';
import { installClock } from '../../support/clock.js';
import { RecordedRun } from './recorded-run.js';
import { crashLines, look, lookAtRedis, play, recordsOf } from './tape.js';

describe('replaying a journal', () => {
  let records: readonly JournalRecord[];
  before(async () => (records = recordsOf(await crashLines())));

  it('earns every decision again', async () => {
    const { difference, decisions, lost } = await rerun(play(records));
    assert.deepEqual([difference, decisions, lost], [undefined, 2, 0]);
  });

  it('names the first line from which the core decides otherwise', async () => {
    const index = records.findIndex(
      (record) =>
        record.kind === 'event' &&
        record.event.kind === 'relay-connection' &&
        record.event.state === 'refused',
    );
    const { difference } = await rerun(play(records.toSpliced(index, 1)));
    assert.equal(difference?.line, index + 1);
    assert.ok(difference.recorded.length > 0);
    assert.notDeepEqual(difference.replayed, difference.recorded);
  });

  it('takes a journal of a version that knew less for what it is', async () => {
    const { difference, decisions } = await rerun(play(records.map(forget)));
    assert.deepEqual([difference, decisions], [undefined, 2]);
  });

  it('counts starts and losses', async () => {
    const opening = records[0] as Opening;
    const { starts, lost } = await rerun(play([...records, opening, { kind: 'lost', records: 7 }]));
    assert.deepEqual([starts, lost], [2, 7]);
  });
});

/** An opening as a version wrote it that knew nothing of canaries, beats and peers. */
function forget(record: JournalRecord): JournalRecord {
  if (record.kind !== 'opening') {
    return record;
  }
  const { relay, store, parity, operator, stopping } = record.state.evidence;
  const evidence = { relay, store, parity, operator, stopping };
  return {
    ...record,
    state: { ...record.state, evidence: evidence as Opening['state']['evidence'] },
  };
}

describe('what would have happened', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => (clock = installClock()));
  afterEach(() => clock.restore());

  it('is what happened, given the same settings', async () => {
    clock.restore();
    const records = recordsOf(await crashLines());
    const { recorded, replayed } = await whatIf(play(records), policyOf(records));
    assert.deepEqual(saidOf(replayed), saidOf(recorded));
    assert.equal(recorded.length, 4);
  });

  it('is an earlier demotion, given fewer misses', async () => {
    const records = await hang();
    const { recorded, replayed } = await whatIf(play(records), { ...POLICY, missesMax: 2 });
    assert.deepEqual(saidOf(recorded), [
      'a 0 2 control-silent @60150',
      'b 1 3 control-silent @60150',
    ]);
    assert.deepEqual(saidOf(replayed), [
      'a 0 2 control-silent @60050',
      'b 1 3 control-silent @60050',
    ]);
  });

  it('is nothing, given more misses than there were', async () => {
    const { replayed } = await whatIf(play(await hang()), { ...POLICY, missesMax: 60 });
    assert.deepEqual(replayed, []);
  });

  it('is a later return, given a longer settle, at a time that nothing was recorded for', async () => {
    const records = await hang(90_000);
    const { recorded, replayed } = await whatIf(play(records), { ...POLICY, settleMs: 20_000 });
    assert.deepEqual(saidOf(recorded).slice(2), [
      'a 2 0 serving @72500',
      'b 3 1 standby-ready @72500',
    ]);
    assert.deepEqual(saidOf(replayed).slice(2), [
      'a 2 0 serving @82500',
      'b 3 1 standby-ready @82500',
    ]);
  });

  /** A minute of peace, then a relay that hangs for 2.5 s. */
  async function hang(untilMs = 63_000): Promise<readonly JournalRecord[]> {
    const run = new RecordedRun(POLICY, clock);
    run.tell({ kind: 'relay-connection', atMs: 0, state: 'open' });
    run.confirm(
      run.tell({
        kind: 'speaker',
        daemon: 'up',
        atMs: 1,
        held: heldRoutes([HOME, STANDBY], [0, 1]),
        sessions: [ROUTER],
      }),
    );
    for (let atMs = 50; atMs < untilMs; atMs += 50) {
      if (atMs < 60_000 || atMs >= 62_500) {
        look(run, atMs);
      } else {
        run.confirm(run.tell({ kind: 'relay-ping', atMs, outcome: 'missed', lateMs: 0 }));
        lookAtRedis(run, atMs);
      }
    }
    await run.end();
    assert.ok(run.journal.lines.length < run.events / 5);
    return run.journal.records();
  }
});

function policyOf(records: readonly JournalRecord[]): Policy {
  return (records[0] as Opening).policy;
}

function saidOf(moves: WhatIf['recorded']): readonly string[] {
  return moves.map(
    ({ vip, from, to, reason, atMs }) => `${vip} ${from} ${to} ${reason} @${Math.round(atMs)}`,
  );
}
