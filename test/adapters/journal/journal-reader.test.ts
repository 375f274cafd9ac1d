import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { journalReader, LINE_LENGTH_MAX } from '../../../src/adapters/journal/journal-reader.js';
import { JournalError } from '../../../src/ports/journal.js';
import { temporaryDirectory, within } from '../../support/temporary-directory.js';
import { kindsOf, openingOf } from './batches.js';

const OPENING = JSON.stringify(openingOf('start'));
const TICK = JSON.stringify({ kind: 'event', event: { kind: 'tick', atMs: 7 } });

describe('reading a journal', () => {
  const directory = temporaryDirectory();
  const path = within(directory, 'journal.jsonl');
  after(() => directory.remove());

  const read = (...lines: readonly string[]): Promise<readonly string[]> => {
    writeFileSync(path, lines.join('\n'));
    return kindsOf(journalReader.readFile(path));
  };

  it('survives a last line that was cut anywhere', async () => {
    for (let length = 0; length < TICK.length; length += 1) {
      const kinds = await read(OPENING, TICK, TICK.slice(0, length));
      assert.deepEqual(kinds, ['opening start', '7']);
    }
  });

  it('survives a cut line before the next start', async () => {
    const kinds = await read(OPENING, TICK.slice(0, 20), OPENING, TICK, '');
    assert.deepEqual(kinds, ['opening start', 'opening start', '7']);
  });

  it('reads lines whose characters are split between two reads', async () => {
    const detail = 'ü'.repeat(70_000);
    const event = { kind: 'speaker-failed', atMs: 8, number: 1, detail };
    assert.deepEqual(await read(OPENING, JSON.stringify({ kind: 'event', event }), ''), [
      'opening start',
      '8',
    ]);
  });

  for (const { given, lines, code, says } of [
    {
      given: 'a broken line in the midst',
      lines: [OPENING, '{"a', TICK],
      code: 'line-not-json',
      says: ':2: expected a JSON object, got {"a',
    },
    { given: 'a list', lines: [OPENING, '[]', TICK], code: 'line-not-json', says: ':2: ' },
    {
      given: 'a record of another kind',
      lines: [OPENING, '{"kind":"x"}'],
      code: 'record-unknown',
      says: ':2: expected a record of the kind',
    },
    {
      given: 'an event of another kind',
      lines: [OPENING, '{"kind":"event","event":{"kind":"x","atMs":1}}'],
      code: 'record-unknown',
      says: ':2: expected an event and effects',
    },
    {
      given: 'an effect of another kind',
      lines: [
        OPENING,
        '{"kind":"event","event":{"kind":"tick","atMs":1},"effects":[{"kind":"x"}]}',
      ],
      code: 'record-unknown',
      says: ':2: ',
    },
    {
      given: 'an opening of another format',
      lines: [OPENING.replace('"format":1', '"format":2')],
      code: 'format-unknown',
      says: ':1: expected a journal of format 1',
    },
    {
      given: 'an opening without a state',
      lines: ['{"kind":"opening","format":1}'],
      code: 'record-unknown',
      says: ':1: expected an opening with',
    },
    {
      given: 'a decision without stages',
      lines: [OPENING, '{"kind":"decision","decision":{"id":1,"changes":[]}}'],
      code: 'record-unknown',
      says: ':2: ',
    },
    {
      given: 'no opening',
      lines: [TICK],
      code: 'opening-missing',
      says: ':1: expected an opening',
    },
    { given: 'nothing', lines: [''], code: 'opening-missing', says: 'is empty' },
    {
      given: 'a line without end',
      lines: [OPENING, 'x'.repeat(LINE_LENGTH_MAX + 1)],
      code: 'line-too-long',
      says: ':2: expected at most 4194304 characters',
    },
  ]) {
    it(`is refused with the line, given ${given}`, async () => {
      await assert.rejects(read(...lines), (error: unknown) => {
        assert.ok(error instanceof JournalError);
        assert.equal(error.code, code);
        assert.ok(error.message.includes(says), error.message);
        assert.ok(error.message.length < 300);
        return true;
      });
    });
  }

  it('is refused with the reason, given no file', async () => {
    await assert.rejects(kindsOf(journalReader.readAll(within(directory, 'none'))), {
      code: 'journal-unreadable',
      message: /ENOENT/,
    });
  });
});
