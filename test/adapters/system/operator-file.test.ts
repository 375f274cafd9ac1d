import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  createOperatorFile,
  OperatorFileError,
} from '../../../src/adapters/system/operator-file.js';
import { NOTHING_ORDERED } from '../../../src/domain/evidence.js';
import { NOTHING_REMEMBERED } from '../../../src/domain/memory.js';
import type { OperatorRecord } from '../../../src/ports/operator-record.js';

const NOW_MS = 1_000;

describe('the operator file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hl-'));
    path = join(folder, 'deeper', 'operator.json');
  });

  const complaints: string[] = [];
  const open = (at: string): OperatorRecord => {
    complaints.length = 0;
    const onTrouble = (sentence: string): void => void complaints.push(sentence);
    return createOperatorFile({ path: at, clock: { nowMs: () => NOW_MS }, onTrouble });
  };

  afterEach(() => rm(folder, { recursive: true }));

  it('says that nothing was ordered when there is none', async () => {
    const file = open(path);
    assert.deepEqual(await file.load(), NOTHING_ORDERED);
  });

  it('gives back what was saved, with and without an expiry', async () => {
    const file = open(path);
    for (const untilMs of [undefined, 99]) {
      const order = { by: 'ann', why: 'x', atMs: 1, untilMs };
      const frozen = { ...order, evenDead: untilMs === 99 };
      const state = { drained: order, frozen, degraded: order, releasedAtMs: 5 };
      await file.save(state);
      assert.deepEqual(await file.load(), state);
    }
  });

  it('ends with the last of several saves', async () => {
    const file = open(path);
    const saves = Array.from({ length: 20 }, (_none, releasedAtMs) =>
      file.save({ ...NOTHING_ORDERED, releasedAtMs }),
    );
    await Promise.all(saves);
    assert.equal((await file.load()).releasedAtMs, 19);
    assert.equal((await readFile(path, 'utf8')).split('\n').length, 2);
  });

  it('saves again after a save that failed', async () => {
    const file = open(join(folder, 'blocked', 'operator.json'));
    await writeFile(join(folder, 'blocked'), 'a file where the folder should be');
    await assert.rejects(file.save({ ...NOTHING_ORDERED, releasedAtMs: 1 }), { code: 'EEXIST' });
    await rm(join(folder, 'blocked'));
    await file.save({ ...NOTHING_ORDERED, releasedAtMs: 2 });
    assert.equal((await file.load()).releasedAtMs, 2);
  });

  const holdOff = {
    strikes: 2,
    lastFallAtMs: 900,
    falling: true,
    penalty: 1_500,
    penaltyAtMs: 950,
  };
  const neighbour = { neighbour: '10.0.1.1', atMs: 5, because: 'silent' as const };
  const memory = { holdOffs: { a: holdOff }, disabledNeighbours: [neighbour] };

  it('keeps orders and memory beside each other', async () => {
    await open(path).save({ ...NOTHING_ORDERED, releasedAtMs: 7 });
    await open(path).remember(memory);
    const file = open(path);
    assert.equal((await file.load()).releasedAtMs, 7);
    assert.deepEqual(await file.recall(), memory);
    await file.save({ ...NOTHING_ORDERED, releasedAtMs: 8 });
    assert.deepEqual(await open(path).recall(), memory);
    assert.deepEqual(complaints, []);
  });

  it('takes the falls of a version that did not say whether they go on', async () => {
    const { strikes, lastFallAtMs, penalty, penaltyAtMs } = holdOff;
    const old = { strikes, lastFallAtMs, penalty, penaltyAtMs };
    const flat = join(folder, 'operator.json');
    await writeFile(flat, JSON.stringify({ memory: { holdOffs: { a: old } } }));
    const { holdOffs } = await open(flat).recall();
    assert.deepEqual(holdOffs['a'], { ...old, falling: false });
    assert.deepEqual(complaints, []);
  });

  it('remembers nothing, and says nothing, with the file of an earlier version', async () => {
    const flat = join(folder, 'operator.json');
    await writeFile(flat, '{"releasedAtMs":7}');
    assert.deepEqual(await open(flat).recall(), NOTHING_REMEMBERED);
    assert.deepEqual(await open(path).recall(), NOTHING_REMEMBERED);
    assert.deepEqual(complaints, []);
  });

  for (const { given, text, left = NOTHING_REMEMBERED } of [
    { given: 'that is no JSON', text: '{' },
    { given: 'that is no object', text: '{"memory":7}' },
    { given: 'whose falls are no numbers', text: '{"memory":{"holdOffs":{"a":{"strikes":"x"}}}}' },
    {
      given: 'that is from the future',
      text: JSON.stringify({
        memory: {
          ...memory,
          holdOffs: { a: { ...holdOff, lastFallAtMs: NOW_MS + 1 }, b: holdOff },
        },
      }),
      left: { ...memory, holdOffs: { b: holdOff } },
    },
    {
      given: 'whose neighbours make no sense',
      text: JSON.stringify({ memory: { ...memory, disabledNeighbours: [neighbour, 'x'] } }),
      left: memory,
    },
  ]) {
    it(`leaves a memory out ${given}, and says so`, async () => {
      const flat = join(folder, 'operator.json');
      await writeFile(flat, text);
      assert.deepEqual(await open(flat).recall(), left);
      assert.equal(complaints.length, 1);
    });
  }

  const broken = [
    { given: 'half a file', text: '{"drained":', expected: 'JSON' },
    { given: 'a list', text: '[]', expected: 'an object' },
    { given: 'null', text: 'null', expected: 'an object' },
    {
      given: 'an order without a name',
      text: '{"drained":{"why":"x","atMs":1}}',
      expected: 'drained',
    },
    {
      given: 'a freeze that does not say whether it covers a death',
      text: '{"frozen":{"by":"ann","why":"x","atMs":1}}',
      expected: 'frozen',
    },
    {
      given: 'a release that is no time',
      text: '{"releasedAtMs":"now"}',
      expected: 'releasedAtMs',
    },
    { given: 'a huge file', text: ' '.repeat(70_000), expected: 'at most 65536 characters' },
  ];
  for (const { given, text, expected } of broken) {
    it(`refuses ${given} and says what it expected`, async () => {
      const flat = join(folder, 'operator.json');
      await writeFile(flat, text);
      await assert.rejects(open(flat).load(), (error: unknown) => {
        assert.ok(error instanceof OperatorFileError);
        assert.ok(error.message.includes(`expected ${expected}`), error.message);
        return true;
      });
    });
  }
});
