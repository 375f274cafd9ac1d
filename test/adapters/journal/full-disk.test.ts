import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { temporaryDirectory } from '../../support/temporary-directory.js';

const WRITER = fileURLToPath(new URL('full-disk-writer.js', import.meta.url));

describe('the journal on a full disk', () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it('goes on without, says so once, and tells what was lost when there is room again', async () => {
    const { written, troubles, kindsWhileFull, kinds } = await fillDisk(directory.path);
    assert.equal(troubles.length, 2);
    assert.match(troubles[0]!, /is not written: ENOSPC/);
    assert.match(troubles[1]!, /is written again; \d+ records were lost/);

    const kept = numbersIn(kinds);
    const [lost, ...others] = kinds.filter((kind) => kind.startsWith('lost '));
    assert.deepEqual(others, []);
    assert.equal(kept.length + Number(lost!.split(' ')[1]), written);
    assert.deepEqual(kinds.slice(0, kindsWhileFull.length), kindsWhileFull, 'what fitted is whole');
    assert.equal(kinds[kindsWhileFull.length], 'opening lost');
    assert.equal(kept.at(-1), written - 1);
  });
});

interface Told {
  readonly written: number;
  readonly troubles: readonly string[];
  readonly kindsWhileFull: readonly string[];
  readonly kinds: readonly string[];
}

async function fillDisk(path: string): Promise<Told> {
  const script = 'mount -t tmpfs -o size=128k tmpfs "$1" && exec "$0" "$2" "$1"';
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', script, process.execPath, path, WRITER],
    { timeout: 15_000, killSignal: 'SIGKILL' },
  );
  return JSON.parse(stdout) as Told;
}

function numbersIn(kinds: readonly string[]): readonly number[] {
  return kinds.map(Number).filter(Number.isFinite);
}
