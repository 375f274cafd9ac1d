import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

import type { RunResult } from '../../src/drill/report/result.js';
import { waitUntil } from '../support/wait.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const DRILL_DEADLINE_MS = 150_000;

async function drill(...args: readonly string[]) {
  return execa(process.execPath, [MAIN, 'drill', ...args], {
    reject: false,
    timeout: DRILL_DEADLINE_MS,
  });
}

async function runOf(scenario: string): Promise<{ result: RunResult; said: string }> {
  const { stdout, stderr } = await drill(scenario, '--calls', '10', '--json');
  assert.notEqual(stdout, '', `the drill printed no result: ${stderr}`);
  return { result: JSON.parse(stdout) as RunResult, said: stderr };
}

describe('a drill on real programs', function () {
  // Times are left to `passed`, which a busy machine may deny: what is asserted is the outcome.
  this.timeout(DRILL_DEADLINE_MS);

  it('carries every call on when the relay is killed, and moves nothing else', async () => {
    const { result, said } = await runOf('relay-crash');
    assert.deepEqual(result.calls, { before: 10, after: 10, atRiskSaid: 0 }, said);
    assert.equal(result.falseMoves, 0, said);
    assert.ok(result.media.lostMax <= 10, said);
    const { detected, router, firstPacket } = result.stagesMs;
    assert.ok(detected !== null && router !== null && firstPacket !== null, said);
    assert.match(said, /fault: the relay program on relay-a is killed/);
  });

  it('moves the calls of a VIP whose addresses are taken off its home', async () => {
    const { result, said } = await runOf('vip-missing');
    assert.deepEqual(result.calls, { before: 10, after: 10, atRiskSaid: 0 }, said);
    assert.equal(result.falseMoves, 0, said);
    assert.equal(result.budget?.fault, 'VIP missing');
    assert.ok(result.stagesMs.firstPacket !== null, said);
  });

  it('shows the router nothing when the sidecar is killed and started again', async () => {
    const { result, said } = await runOf('sidecar-crash');
    assert.deepEqual(result.calls, { before: 10, after: 10, atRiskSaid: 0 }, said);
    assert.equal(result.falseMoves, 0, said);
    assert.doesNotMatch(result.why, /the router got updates/);
  });
});

describe('the drill on the command line', function () {
  this.timeout(30_000);

  it('takes everything down when it is interrupted', async () => {
    const child = execa(process.execPath, [MAIN, 'drill', 'relay-crash', '--calls', '2'], {
      reject: false,
      timeout: 20_000,
    });
    const inner = await firstInLab(child.pid!);
    child.kill('SIGINT');
    const { exitCode } = await child;
    assert.equal(exitCode, 130);
    await waitUntil('the lab ends with its drill', () => !existsSync(`/proc/${inner}`));
  });

  it('refuses a scenario that does not exist as wrong usage', async () => {
    const { exitCode, stderr } = await drill('meteorite');
    assert.equal(exitCode, 2);
    assert.match(stderr, /relay-crash/);
  });

  it('says what to install when a program is missing, and exits with 3', async () => {
    const { exitCode, stderr } = await execa(process.execPath, [MAIN, 'drill', 'relay-crash'], {
      reject: false,
      env: { PATH: '/nowhere' },
      extendEnv: false,
    });
    assert.deepEqual([exitCode, /apt-get install/.test(stderr)], [3, true]);
  });
});

/** The first process inside the lab: the child of `unshare`, which is the child of the drill. */
async function firstInLab(pid: number): Promise<number> {
  let inner: number | undefined;
  await waitUntil('the drill starts a lab', () => {
    inner = childrenOf(pid).flatMap(childrenOf).find(isInside);
    return inner !== undefined;
  });
  return inner!;
}

function isInside(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inside.js');
}

function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const lists = threads.map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'),
  );
  return lists
    .join(' ')
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
}
