import type { Config, EscalationStage } from '../config.js';
import type { Violation } from './rule.js';

/** From the mildest to the harshest; the harsher ones are for when the milder ones did not help. */
const ORDER: readonly EscalationStage[] = ['retry', 'disable-neighbour', 'stop-command'];

export function stagesAreInOrder({ bgp: { escalate } }: Config): readonly Violation[] {
  const sorted = ORDER.filter((stage) => escalate.includes(stage));
  const good = sorted[0] === 'retry' && sorted.join() === escalate.join();
  return good
    ? []
    : [
        {
          path: ['bgp', 'escalate'],
          expected: `retry first, each stage once, in the order ${ORDER.join(', ')}`,
          got: escalate.join(', '),
        },
      ];
}

export function stopCommandGoesWithItsStage({ bgp }: Config): readonly Violation[] {
  const staged = bgp.escalate.includes('stop-command');
  if (staged === (bgp.stopCommand !== undefined)) {
    return [];
  }
  return [
    staged
      ? {
          path: ['bgp', 'stop-command'],
          expected: 'a program with its arguments, as bgp.escalate names stop-command',
          got: 'nothing',
        }
      : {
          path: ['bgp', 'stop-command'],
          expected: 'no such key, as bgp.escalate does not name stop-command',
          got: 'a command that would never be run',
        },
  ];
}
