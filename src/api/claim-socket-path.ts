// A Unix socket outlives a process that was killed, and listening on the leftover fails. It may be
// removed only when nobody answers on it: a second sidecar must not cut off the first.

import { link, lstat, mkdir, rename, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';

import { withDeadline } from '../async/deadline.js';
import { ListenError, systemCodeOf } from './listener.js';

const KNOCK_MS_MAX = 1_000;

/** Makes every name of a file that is moved aside another one. */
let claims = 0;

/** Makes the path free to listen on, or rejects with ListenError. */
export async function claimSocketPath(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw unusable(path, `its directory cannot be made (${systemCodeOf(error) ?? 'unknown'})`);
  });
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) {
    return;
  }
  if (!stats.isSocket()) {
    throw unusable(path, 'something that is no socket stands there');
  }
  if (await isAnswered(path)) {
    throw alreadyRunning(path);
  }
  await removeLeftover(path);
}

/**
 * Another sidecar that starts at the same moment may have taken the leftover away and listen here by
 * now. So the file is moved aside, which only one of them can do, and asked once more: what answers
 * there is put back.
 */
async function removeLeftover(path: string): Promise<void> {
  claims += 1;
  // Short, since a socket with a longer path than the kernel takes could not be asked.
  const aside = join(dirname(path), `.${process.pid.toString(36)}${claims.toString(36)}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  const answered = await isAnswered(aside);
  if (answered) {
    await link(aside, path);
  }
  await unlink(aside);
  if (answered) {
    throw alreadyRunning(path);
  }
}

function alreadyRunning(path: string): ListenError {
  const message = `Another sidecar answers on ${path}; only one may run with it`;
  return new ListenError('already-running', message);
}

function unusable(path: string, why: string): ListenError {
  return new ListenError('address-unusable', `control.socket ${path} cannot be used: ${why}`);
}

/** Only a refused connection proves a leftover; silence or a full queue is somebody busy. */
async function isAnswered(path: string): Promise<boolean> {
  const socket = connect({ path });
  const knock = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', (error) => resolve(systemCodeOf(error) !== 'ECONNREFUSED'));
  });
  try {
    return await withDeadline(KNOCK_MS_MAX, new AbortController().signal, () => knock);
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}
