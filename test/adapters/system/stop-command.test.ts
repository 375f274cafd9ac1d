import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { createStopCommand } from '../../../src/adapters/system/stop-command.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const NEVER = new AbortController().signal;

describe('the stop command', () => {
  it('is run as it stands, without a shell', async () => {
    const directory = temporaryDirectory();
    const file = join(directory.path, 'a file; with $HOME');
    await createStopCommand(['touch', file]).stop(NEVER);
    assert.ok(existsSync(file));
    directory.remove();
  });

  it('tells what it said when it fails', async () => {
    const command = createStopCommand(['sh', '-c', 'echo no such unit >&2; exit 4']);
    await assert.rejects(command.stop(NEVER), {
      name: 'DaemonStopError',
      code: 'stop-command-failed',
      message: /exit code 4[^]*no such unit/,
    });
  });

  it('tells when there is no such program', async () => {
    await assert.rejects(createStopCommand(['/nowhere/at-all']).stop(NEVER), {
      code: 'stop-command-failed',
      message: /ENOENT/,
    });
  });

  it('may say more than anybody reads', async () => {
    await createStopCommand(['sh', '-c', 'yes | head -c 100000']).stop(NEVER);
  });

  it('is ended with its caller', async () => {
    const caller = new AbortController();
    const stopped = createStopCommand(['sleep', '60']).stop(caller.signal);
    caller.abort(new Error('too late'));
    await assert.rejects(stopped, { code: 'stop-command-failed' });
  });
});
