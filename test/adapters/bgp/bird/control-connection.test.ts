import assert from 'node:assert/strict';
import type { Socket } from 'node:net';

import { ControlConnection } from '../../../../src/adapters/bgp/bird/control-connection.js';
import { REPLY_LENGTH_MAX } from '../../../../src/adapters/bgp/bird/reply-reader.js';
import { ScriptedDaemon } from './scripted-daemon.js';

const COMMAND_MS_MAX = 100;
const NEVER = new AbortController().signal;

describe('a connection to BIRD', () => {
  let daemon: ScriptedDaemon;
  let connection: ControlConnection;

  async function script(
    answer: (line: string, socket: Socket) => void,
    greeting?: string,
  ): Promise<void> {
    daemon = await ScriptedDaemon.start(answer, greeting);
    connection = new ControlConnection({
      socketPath: daemon.socketPath,
      commandMsMax: COMMAND_MS_MAX,
    });
  }

  afterEach(async () => {
    connection.close();
    await daemon.stop();
  });

  it('reads a reply that arrives in splinters', async () => {
    await script((_line, socket) => {
      void dribble(socket, '0011-holdline_a_r0: enabled\n0000 \n');
    });
    const [reply] = await connection.send(['enable "holdline_a_r0"'], NEVER);
    assert.deepEqual(reply, {
      code: '0000',
      lines: [
        { code: '0011', text: 'holdline_a_r0: enabled' },
        { code: '0000', text: '' },
      ],
    });
  });

  it('gives every command its own reply, in order, over one connection', async () => {
    await script((line, socket) => socket.write(`0023 ${line}\n`));
    const calls = ['one', 'two', 'three'].map((each) => connection.send([each, 'next'], NEVER));
    const replies = (await Promise.all(calls)).flat().map(({ lines }) => lines[0]?.text);
    assert.deepEqual(replies, ['one', 'next', 'two', 'next', 'three', 'next']);
    assert.equal(daemon.connections, 1);
  });

  it('skips announcements that belong to no reply', async () => {
    await script((_line, socket) =>
      socket.write('+Config timeout expired\n1007-Table\n+more\n row\n0000 \n'),
    );
    const [reply] = await connection.send(['show route'], NEVER);
    assert.deepEqual(
      reply?.lines.map(({ code, text }) => [code, text]),
      [
        ['1007', 'Table'],
        ['1007', 'row'],
        ['0000', ''],
      ],
    );
  });

  it('hands a refusal over as a reply, since only the asker knows what it means', async () => {
    await script((_line, socket) => socket.write('8003 No protocols match\n'));
    const [reply] = await connection.send(['enable "x"'], NEVER);
    assert.equal(reply?.code, '8003');
  });

  it('says that a reply was cut short', async () => {
    await script((_line, socket) => socket.end('0011-holdline_a_r0: ena'));
    await assert.rejects(connection.send(['enable "x"'], NEVER), {
      name: 'SpeakerError',
      code: 'reply-cut-short',
    });
  });

  it('connects anew for the next command after the daemon has closed', async () => {
    let refusals = 1;
    await script((_line, socket) => {
      refusals -= 1;
      socket.end(refusals >= 0 ? '' : '0000 \n');
    });
    await assert.rejects(connection.send(['first'], NEVER), { code: 'reply-cut-short' });
    assert.equal(connection.endings, 1);
    const [reply] = await connection.send(['second'], NEVER);
    assert.equal(reply?.code, '0000');
  });

  it('ends a reply without end', async () => {
    const row = ` ${'x'.repeat(1023)}\n`.repeat(64);
    await script((_line, socket) => {
      socket.write('1007-Table\n');
      for (let sent = 0; sent <= REPLY_LENGTH_MAX; sent += row.length) {
        socket.write(row);
      }
    });
    await assert.rejects(connection.send(['show route'], NEVER), { code: 'reply-too-long' });
  });

  it('takes replies that are longer together than one may be', async () => {
    const half = ` ${'x'.repeat(1023)}\n`.repeat(512);
    await script((_line, socket) => socket.write(`1007-Table\n${half}0000 \n`));
    const patient = new ControlConnection({ socketPath: daemon.socketPath, commandMsMax: 5_000 });
    const replies = await patient.send(['a', 'b', 'c', 'd'], NEVER);
    patient.close();
    assert.equal(replies.length, 4);
  });

  it('ends with a daemon that does not speak the protocol', async () => {
    await script((_line, socket) => socket.write('hello\n'));
    await assert.rejects(connection.send(['x'], NEVER), { code: 'reply-unexpected' });
  });

  it('ends with a daemon that greets in another way', async () => {
    await script(() => {}, '0016 Access restricted\n');
    await assert.rejects(connection.send(['x'], NEVER), { code: 'reply-unexpected' });
  });

  it('lets go of a daemon that answers what nobody asked', async () => {
    await script((_line, socket) => socket.write('0000 \n0000 \n'));
    await connection.send(['x'], NEVER);
    await waitFor(() => daemon.connections === 0);
  });

  it('gives up on a silent daemon at the deadline and drops the late answer', async () => {
    const late: (() => void)[] = [];
    await script((line, socket) => {
      late.push(() => socket.write(`0023 ${line}\n`));
    });
    await assert.rejects(connection.send(['first'], NEVER), { code: 'daemon-silent' });
    const second = connection.send(['second'], NEVER);
    await waitFor(() => late.length === 2);
    for (const answer of late) {
      answer();
    }
    const [reply] = await second;
    assert.equal(reply?.lines[0]?.text, 'second');
    assert.deepEqual(daemon.received, ['first', 'second'], 'in the order of the calls');
  });

  it('stops sending to a daemon that leaves thousands of commands unanswered', async () => {
    await script(() => {});
    const commands = Array<string>(4_096).fill('x');
    await assert.rejects(connection.send(commands, NEVER), { code: 'daemon-silent' });
    await assert.rejects(connection.send(['y'], NEVER), /left 4096 commands unanswered/);
    assert.ok(!daemon.received.includes('y'));
  });

  it('never fills the 1024 bytes into which BIRD reads', async () => {
    let heldBack: (() => void)[] = [];
    await script((line, socket) => {
      heldBack.push(() => socket.write(`0023 ${line}\n`));
    });
    const patient = new ControlConnection({ socketPath: daemon.socketPath, commandMsMax: 5_000 });
    const commands = Array.from({ length: 90 }, (_each, index) => `show protocols "name_${index}"`);
    const calls = [commands.slice(0, 30), commands.slice(30)].map((each) =>
      patient.send(each, NEVER),
    );
    let answered = 0;
    while (answered < commands.length) {
      await waitFor(() => heldBack.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const window = daemon.received.slice(answered);
      assert.ok(window.join('\n').length < 1_024, `${window.length} commands at once`);
      const answers = heldBack;
      heldBack = [];
      answered += answers.length;
      answers.forEach((answer) => {
        answer();
      });
    }
    const replies = (await Promise.all(calls)).flat().map(({ lines }) => lines[0]?.text);
    assert.deepEqual(replies, commands);
    patient.close();
  });

  it('says cancelled, with the reason as its cause, when the caller cancels', async () => {
    await script(() => {});
    const caller = new AbortController();
    const reason = new Error('shutting down');
    const call = connection.send(['x'], caller.signal);
    caller.abort(reason);
    await assert.rejects(call, { code: 'cancelled', cause: reason });
  });

  it('says which socket cannot be reached', async () => {
    await script(() => {});
    const absent = new ControlConnection({
      socketPath: `${daemon.socketPath}.absent`,
      commandMsMax: COMMAND_MS_MAX,
    });
    await assert.rejects(absent.send(['x'], NEVER), {
      code: 'daemon-unreachable',
      message: /ctl\.absent/,
    });
    assert.equal(absent.endings, 0, 'what never answered has not ended');
  });

  it('never sends more than the one line that it was given', async () => {
    await script((_line, socket) => socket.write('0000 \n'));
    for (const command of ['a\nb', 'disable "x"\0', '', 'naïve', 'x'.repeat(1025)]) {
      await assert.rejects(connection.send(['ok', command], NEVER), TypeError);
    }
    assert.deepEqual(daemon.received, []);
  });
});

async function dribble(socket: Socket, text: string): Promise<void> {
  for (const character of text) {
    socket.write(character);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(condition());
}
