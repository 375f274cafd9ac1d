import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';

import { GOOD } from '../config/sample.js';
import { crashLines } from '../runtime/journal/tape.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { holdline } from './holdline.js';

const directory = temporaryDirectory();

/** A pair rises, and a minute later its relay is killed. */
const DRILL = within(directory, 'crash.jsonl');
before(async () => writeFileSync(DRILL, `${(await crashLines()).join('\n')}\n`));
after(() => directory.remove());

describe('holdline explain', () => {
  it('tells at 80 columns what was seen, decided and done, and how long it took', async () => {
    const { code, out, err } = await holdline('explain', '--journal', DRILL);
    assert.deepEqual([code, err], [0, '']);
    assert.match(
      out,
      /^relay-a, 2026-\d\d-\d\d [\d:.]+ UTC\n {2}a: home \(rank 0\) -> withdrawn\n/,
    );
    for (const part of [
      'all well: the relay answered a ping',
      'the connection to the relay ended',
      'relay-dead      The relay process is gone',
      'commanded: the BGP daemon had taken every command',
      'verified: every established neighbour was sent exactly this',
    ]) {
      assert.ok(out.includes(part), part);
    }
    assert.ok(out.split('\n').every((line) => line.length <= 80));
  });

  it('finds the journal of the configuration, beside the record of the orders', async () => {
    const file = within(directory, 'holdline.yaml');
    writeFileSync(file, `${GOOD}state: { path: ${within(directory, 'operator.json')} }\n`);
    cpSync(DRILL, within(directory, 'journal.jsonl'));
    const { code, out } = await holdline('explain', '-c', file, '--last', '--json');
    assert.equal(code, 0);
    const { decision } = JSON.parse(out) as { decision: { outcome: string; changes: object[] } };
    assert.deepEqual([decision.outcome, decision.changes.length], ['verified', 2]);
  });

  it('says how it stood at a time, and ends with 1 when nothing had been decided', async () => {
    const { at } = JSON.parse(readFileSync(DRILL, 'utf8').split('\n')[0]!) as { at: string };
    const { code, out } = await holdline('explain', '--journal', DRILL, '--at', at);
    assert.equal(code, 1);
    assert.match(
      out,
      /^relay-a: nothing was decided since .*\n\nHow it stood at .*\n {2}a +withdrawn, starting since/,
    );
    const early = await holdline('explain', '--journal', DRILL, '--at', '2020-01-01T00:00Z');
    assert.deepEqual([early.code, early.err], [1, `${DRILL} begins later than that.\n`]);
  });

  it('ends with 2 and a sentence for a wrong time, no file and no journal', async () => {
    const file = within(directory, 'none.yaml');
    writeFileSync(file, `${GOOD}journal: false\n`);
    for (const { args, says } of [
      { args: ['--at', 'noon'], says: /Expected a time such as/ },
      { args: ['--journal', within(directory, 'none')], says: /cannot be read: ENOENT/ },
      { args: ['-c', file], says: /says journal: false/ },
    ]) {
      const { code, err } = await holdline('explain', ...args);
      assert.equal(code, 2);
      assert.match(err, says);
    }
  });
});

describe('holdline replay', () => {
  it('says that every decision was the same', async () => {
    const { code, out } = await holdline('replay', DRILL);
    assert.equal(code, 0);
    assert.match(out, /\nThe same again: 2 decisions, every one as recorded\.\n$/);
  });

  it('ends with 1 and names the line of the first that is not', async () => {
    const changed = within(directory, 'changed.jsonl');
    const text = readFileSync(DRILL, 'utf8');
    writeFileSync(changed, text.replace('"state":"refused"', '"state":"unclear"'));
    const { code, out } = await holdline('replay', changed);
    assert.equal(code, 1);
    assert.match(out, /NOT the same, first at .*changed\.jsonl:\d+\n/);
    assert.match(out, / recorded: \[\{"kind":"declare".*\n {2}replayed: nothing/);
    const asJson = await holdline('replay', '--json', changed);
    assert.equal(asJson.code, 1);
    const { difference } = JSON.parse(asJson.out) as { difference: { line: number } };
    assert.ok(difference.line > 1);
  });

  it('shows side by side what other settings would have made of it', async () => {
    const file = within(directory, 'slow.yaml');
    writeFileSync(file, `${GOOD}failback: { settle: 20s }\n`);
    const { code, out } = await holdline('replay', DRILL, '-c', file);
    assert.equal(code, 0);
    assert.match(out, /a: withdrawn -> 0 +-\n/);
    assert.match(out, /a: 0 -> withdrawn +a: 0 -> withdrawn\n/);
    assert.match(out, /\n4 moves recorded, 4 with these settings, 2 of them the same/);
    assert.ok(out.split('\n').every((line) => line.length <= 80));
  });

  it('ends with 2 and the line for a file that is no journal', async () => {
    const { code, err } = await holdline('replay', 'package.json');
    assert.equal(code, 2);
    assert.match(err, /^package\.json:1: expected a JSON object, got \{\n$/);
  });
});
