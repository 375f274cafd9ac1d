import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createHoldOpenProbe } from '../../../src/adapters/relay/hold-open/hold-open-probe.js';
import {
  createProcessWatch,
  NO_PROCESS_WATCH,
} from '../../../src/adapters/relay/hold-open/process-watch.js';
import { systemClock } from '../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../src/domain/evidence.js';
import { Observer } from '../../support/observer.js';
import { startProgram, type Program } from '../../support/program.js';
import { startRtpengine } from '../../support/rtpengine.js';

describe('the watch over the process', () => {
  let folder: string;
  let pidFile: string;
  let program: Program;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hl-pid-'));
    pidFile = join(folder, 'relay.pid');
    program = startProgram('sleep', ['60']);
    writeFileSync(pidFile, `${program.pid}\n`);
  });

  afterEach(async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  });

  it('finds the process of the pid file alive, then gone', async () => {
    const watch = createProcessWatch(pidFile);
    watch.remember();
    assert.equal(watch.isGone(), false);
    await program.stop();
    assert.equal(watch.isGone(), true);
  });

  it('says nothing of a process that it has not seen alive', async () => {
    const watch = createProcessWatch(pidFile);
    assert.equal(watch.isGone(), false, 'before it has looked');
    await program.stop();
    watch.remember();
    assert.equal(watch.isGone(), false, 'a pid file that was left behind');
  });

  for (const text of ['', 'sleep', '-1', '0', '12 34', '99999999999']) {
    it(`says nothing of a pid file that holds ${JSON.stringify(text)}`, () => {
      writeFileSync(pidFile, text);
      const watch = createProcessWatch(pidFile);
      watch.remember();
      assert.equal(watch.isGone(), false);
    });
  }

  it('says nothing without a pid file', () => {
    const watch = createProcessWatch(join(folder, 'none.pid'));
    watch.remember();
    assert.equal(watch.isGone(), false);
    NO_PROCESS_WATCH.remember();
    assert.equal(NO_PROCESS_WATCH.isGone(), false);
  });

  it('takes a hung process for a living one', async () => {
    const watch = createProcessWatch(pidFile);
    watch.remember();
    await program.freeze();
    assert.equal(watch.isGone(), false);
    program.signal('SIGCONT');
  });
});

describe('the held-open connection, with the pid file of rtpengine', () => {
  it('says ended and gone when it is killed, and open when it is back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hl-pid-'));
    const pidFile = join(folder, 'rtpengine.pid');
    const args = [`--pidfile=${pidFile}`];
    const first = await startRtpengine({ args });
    const observer = new Observer<RelayObservation>().start(
      createHoldOpenProbe({ target: first.cli, pidFile, clock: systemClock }),
    );
    await observer.next('open', isState('open'));
    await first.stop();
    await observer.next('gone', isState('gone'));
    const from = observer.seen.length;
    const second = await startRtpengine({ args, ports: first.ports });
    await observer.next('open again', isState('open'), from);
    await observer.stop();
    await second.stop();
    rmSync(folder, { recursive: true });
    const states = observer.seen.flatMap((seen) =>
      seen.kind === 'relay-connection' ? [seen.state] : [],
    );
    assert.match(states.join(' '), /^open ended gone (refused )?open$/);
  });
});

function isState(state: string): (seen: RelayObservation) => boolean {
  return (seen) => seen.kind === 'relay-connection' && seen.state === state;
}
