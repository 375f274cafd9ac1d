// Sidecars as Redis sees them: a connection each, ten beats and one word a second, not in step.
// A process of its own, so that what it costs is not taken for the cost of the one that is measured.

import { connect, type Socket } from 'node:net';

import { sampleWord } from '../support/sample-word.js';

const BEAT_MS = 100;
const BEATS_A_WORD = 10;

const [port, nodes] = process.argv.slice(2).map(Number);
if (port === undefined || nodes === undefined) {
  throw new Error('expected the port of the primary and the number of nodes');
}

for (let node = 0; node < nodes; node += 1) {
  const name = `relay-${String(node).padStart(4, '0')}`;
  const socket = connect({ host: '127.0.0.1', port });
  // As much of the answers as there is: nobody looks at them.
  socket.resume();
  socket.on('connect', () => {
    socket.write('SELECT 15\r\n');
    setTimeout(() => beat(socket, name, 0), (BEAT_MS * node) / nodes);
  });
}

function beat(socket: Socket, name: string, count: number): void {
  const sequence = 1_795_000_000_000 + count;
  const lines = [`PUBLISH holdline:beat:${name} ${sequence}`];
  if (count % BEATS_A_WORD === name.length % BEATS_A_WORD) {
    const vips = [
      { name: `${name.replace('-', '_')}a`, rank: 0, of: undefined },
      { name: `${name.replace('-', '_')}b`, rank: 1, of: `${name}x` },
    ];
    const word = JSON.stringify({ sequence, ...sampleWord({ vips, capacity: 18_000 }) });
    lines.push(`SET holdline:peer:${name} '${word}' PX 5000`);
  }
  socket.write(`${lines.join('\r\n')}\r\n`);
  setTimeout(() => beat(socket, name, count + 1), BEAT_MS);
}
