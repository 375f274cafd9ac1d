import assert from 'node:assert/strict';

import type { JournalRecord } from '../../../src/ports/journal.js';
import { explain, type Explained } from '../../../src/runtime/journal/explain.js';
import { sayEvent } from '../../../src/runtime/journal/say-event.js';
import { crashLines, play, recordsOf } from './tape.js';

describe('explaining a decision', () => {
  let records: readonly JournalRecord[];
  before(async () => (records = recordsOf(await crashLines())));

  it('tells of the last one: what was well, the signs in their order, the change', async () => {
    const { incident, node } = (await explain(play(records), Infinity))!;
    assert.equal(node, 'relay-a');
    assert.deepEqual(
      incident?.wellBefore.map(({ kind }) => kind),
      ['relay-sessions', 'redis-primary', 'redis-replica', 'relay-ping'],
    );
    assert.deepEqual(incident.seen.map(sayEvent), [
      'the connection to the relay ended: closed by the relay',
      'a new connection to the relay was refused: nobody listens any more',
    ]);
    assert.deepEqual(
      incident.changes.map(({ vip, to, reason }) => [vip, to, reason]),
      [
        ['a', 'withdrawn', 'relay-dead'],
        ['b', 'withdrawn', 'relay-dead'],
      ],
    );
    assert.equal(incident.closed?.outcome, 'verified');
  });

  it('tells of an earlier one, and how it stood then, when asked for a time', async () => {
    const [first, second] = decidedAtMs();
    const { incident, state } = (await explain(play(records), second! - 1))!;
    assert.equal(incident?.decidedBy.atMs, first);
    assert.equal(state.vips['a']?.rank, 0);
    assert.ok(state.nowMs < second!);
    const after = await explain(play(records), second!);
    assert.equal(after?.state.vips['a']?.rank, 'withdrawn');
  });

  it('tells of none before the first, and of nothing before the journal', async () => {
    const [first] = decidedAtMs();
    const before: Explained | undefined = await explain(play(records), first! - 1);
    assert.equal(before?.incident, undefined);
    assert.equal(before?.node, 'relay-a');
    assert.equal(await explain(play(records), 0), undefined);
  });

  it('does without the fate of a decision that the journal does not tell', async () => {
    const cut = records.filter(({ kind }) => kind !== 'decision');
    const { incident } = (await explain(play(cut), Infinity))!;
    assert.equal(incident?.closed, undefined);
    assert.equal(incident?.seen.length, 1);
  });

  function decidedAtMs(): readonly number[] {
    return records.flatMap((record) =>
      record.kind === 'event' && record.effects?.some(({ kind }) => kind === 'decided') === true
        ? [record.event.atMs]
        : [],
    );
  }
});
