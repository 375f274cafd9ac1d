import assert from 'node:assert/strict';

import { encode, MessageReader } from '../../src/guard/messages.js';

describe('what guard and worker say to each other', () => {
  it('arrives as it was sent, however it was cut', () => {
    const messages = [
      { kind: 'beat' },
      { kind: 'loaded', node: 'relay-a', onDeath: 'withdraw' },
      { kind: 'watching' },
      { kind: 'stop' },
    ] as const;
    const reader = new MessageReader();
    const heard = Array.from(messages.map(encode).join('')).flatMap((piece) => reader.read(piece));
    assert.deepEqual(heard, messages);
  });

  it('is passed over when it is none of ours', () => {
    const reader = new MessageReader();
    assert.deepEqual(reader.read('\nnull\n7\n{"kind":"other"}\n{"kind"\nbeat\n'), [
      { kind: 'beat' },
    ]);
  });

  it('does not grow without end while no line ends', () => {
    const reader = new MessageReader();
    reader.read('x'.repeat(10_000));
    assert.deepEqual(reader.read('\nbeat\n'), [{ kind: 'beat' }]);
  });
});
