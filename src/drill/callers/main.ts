// The callers' process: it runs inside the caller's host with an event loop of its own, so that
// nothing the drill does can make a packet late. Commands come on stdin, answers go to stdout.

import { createInterface } from 'node:readline';

import { sleep } from '../../async/sleep.js';

import { Callers } from './callers.js';
import { clearCalls, countSessions } from './relay-questions.js';
import type { CallersCommand, CallersReply, CallersRequest } from './protocol.js';

const callers = new Callers();
const never = new AbortController().signal;

async function obey(command: CallersCommand): Promise<unknown> {
  switch (command.do) {
    case 'set-up':
      return { calls: await callers.setUp(command.calls, never) };
    case 'set-up-more':
      return callers.setUpMore(command, never);
    case 'hang-up':
      return { calls: await callers.hangUp(command.name, never) };
    case 'clear':
      return { calls: await clearCalls(command, never) };
    case 'open':
      return { streams: callers.open() };
    case 'close':
      callers.close();
      await sleep(command.drainMs, never);
      return callers.report();
    case 'heard':
      return callers.heard(command.withinMs);
    case 'sessions':
      return countSessions(command, never);
  }
}

async function reply(line: string): Promise<void> {
  const { id, command } = JSON.parse(line) as CallersRequest;
  const said = await obey(command).then(
    (answer): CallersReply => ({ id, ok: true, answer }),
    (error: unknown): CallersReply => ({ id, ok: false, error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void reply(line));
// The drill is gone, so nobody wants these calls any more.
lines.on('close', () => process.exit(0));
