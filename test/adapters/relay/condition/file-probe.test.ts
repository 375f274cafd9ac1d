import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

import { createFileProbe } from '../../../../src/adapters/relay/condition/file-probe.js';
import type { RelayObservation } from '../../../../src/domain/evidence.js';
import { temporaryDirectory, within } from '../../../support/temporary-directory.js';
import { waitUntil } from '../../../support/wait.js';

describe('the file that asks for a demotion', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let path: string;
  let ended: AbortController;
  let seen: { holds: boolean; detail: string }[];
  let trouble: string[];
  let watched: Promise<void>;

  beforeEach(() => {
    directory = temporaryDirectory();
    path = within(directory, 'degraded');
    seen = [];
    trouble = [];
    ended = new AbortController();
  });

  afterEach(async () => {
    ended.abort();
    await watched;
    directory.remove();
  });

  function start(of = path): void {
    const onTrouble = (detail: string): void => void trouble.push(detail);
    const probe = createFileProbe({ path: of, clock: { nowMs: () => 7 }, onTrouble });
    watched = probe.watch(take, ended.signal);
  }

  function take(observation: RelayObservation): void {
    assert.ok(observation.kind === 'relay-condition' && observation.condition === 'asked');
    const { holds, detail, atMs, vips } = observation;
    assert.deepEqual([atMs, vips], [7, undefined]);
    seen.push({ holds, detail });
  }

  async function nextIs(holds: boolean, detail: string): Promise<void> {
    await waitUntil(`it is told: ${detail}`, () => seen.length > 0);
    assert.deepEqual(seen.shift(), { holds, detail });
  }

  it('asks while it is there, for the reason in its first line, and no longer', async () => {
    start();
    await nextIs(false, `${path} is not there`);
    writeFileSync(path, 'one-way audio\u001b[2J on rack 7  \nmore\n');
    await nextIs(true, `${path} is there: one-way audio [2J on rack 7`);
    writeFileSync(path, 'other words\n');
    await nextIs(true, `${path} is there: other words`);
    rmSync(path);
    await nextIs(false, `${path} is not there`);
    assert.deepEqual(trouble, []);
  });

  it('asks as well when it is empty, long, or a directory', async () => {
    writeFileSync(path, '');
    start();
    await nextIs(true, `${path} is there: it does not say why`);
    writeFileSync(path, 'x'.repeat(100_000));
    await nextIs(true, `${path} is there: ${'x'.repeat(199)}…`);
    rmSync(path);
    await nextIs(false, `${path} is not there`);
    mkdirSync(path);
    await waitUntil('it is told', () => seen.length > 0);
    assert.match(seen[0]?.detail ?? '', /it does not say why \(EISDIR/);
  });

  it('asks for nothing while nobody can say whether it is there, and says so once', async () => {
    const looped = within(directory, 'x'.repeat(300));
    start(looped);
    await waitUntil('the trouble is told', () => trouble.length > 0);
    assert.match(trouble[0] ?? '', /ENAMETOOLONG/);
    assert.deepEqual(seen, []);
  });
});
