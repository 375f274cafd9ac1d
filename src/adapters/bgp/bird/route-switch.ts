// Brings groups of prefixes to their ranks, in the order of planSteps: withdraw, announce, retire.
// A path is retired only once its successor was seen to be up, so a prefix always has a path. A
// withdraw asks nothing first.

import { sleep } from '../../../async/sleep.js';
import { planSteps, type RouteStep } from '../../../domain/plan.js';
import type { DesiredRoute } from '../../../domain/route.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import type { ControlConnection } from './control-connection.js';
import { REMEDY, askForPrefixes, findMisfit } from './layout.js';
import { groupTargets, type GroupTarget } from './group-targets.js';
import { readProtocols, requireReply } from './readings.js';
import { textsOf, type Reply } from './reply-reader.js';
import { protocolName, type RouteGroup } from './route-group.js';

/** A protocol that was disabled a moment ago comes up again only after its routes are flushed. */
const COME_UP_MS_MAX = 500;
const COME_UP_LOOK_EVERY_MS = 2;

const ENABLED = ['0010', '0011'];
const DISABLED = ['0008', '0009'];

const NO_SUCH_PROTOCOL = '8003';

interface Order extends GroupTarget {
  /** Which declaration this is for the group; a later one takes the group over. */
  readonly turn: number;
}

export class RouteSwitch {
  readonly #connection: ControlConnection;
  readonly #groups: readonly RouteGroup[];
  readonly #turns = new Map<RouteGroup, number>();

  constructor(connection: ControlConnection, groups: readonly RouteGroup[]) {
    this.#connection = connection;
    this.#groups = groups;
  }

  async declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const orders = groupTargets(this.#groups, desired).map((target) => this.#takeTurn(target));
    // Both write before their first await: the commands go out in the order of the calls.
    await allOf([this.#withdraw(orders, signal), this.#announce(orders, signal)]);
  }

  async #withdraw(orders: readonly Order[], signal: AbortSignal): Promise<void> {
    await this.#disable(
      orders.flatMap((order) => protocolsOf(order, 'withdraw')),
      signal,
    );
  }

  async #announce(orders: readonly Order[], signal: AbortSignal): Promise<void> {
    const announced = orders.filter(({ rank }) => rank !== 'withdrawn');
    await allOf(announced.map((order) => this.#changeOver(order, signal)));
  }

  async #changeOver(order: Order, signal: AbortSignal): Promise<void> {
    for (const name of protocolsOf(order, 'announce')) {
      await this.#requireFit(name, order, signal);
      if (this.#isCurrent(order)) {
        await this.#bringUp(name, order, signal);
      }
    }
    if (this.#isCurrent(order)) {
      await this.#disable(protocolsOf(order, 'retire'), signal);
    }
  }

  /** Asked anew every time: the operator may have given BIRD another file a moment ago. */
  async #requireFit(name: string, order: Order, signal: AbortSignal): Promise<void> {
    const [reply] = await this.#connection.send([askForPrefixes(name)], signal);
    const misfit = findMisfit(order.group, name, requireReply(reply));
    if (misfit !== undefined) {
      throw new SpeakerError('daemon-refused', misfit, { disposition: 'give-up' });
    }
  }

  async #bringUp(name: string, order: Order, signal: AbortSignal): Promise<void> {
    const enable = `enable "${name}"`;
    const look = `show protocols "${name}"`;
    const giveUpAtMs = performance.now() + COME_UP_MS_MAX;
    const [enabled, ...looks] = await this.#connection.send([enable, look], signal);
    requireOutcome(enable, enabled, ENABLED);
    let state = stateIn(looks[0]);
    while (state !== 'up' && this.#isCurrent(order)) {
      if (performance.now() > giveUpAtMs) {
        throw new SpeakerError(
          'daemon-refused',
          `protocol ${name} is \`${state}\` ${COME_UP_MS_MAX} ms after it was enabled`,
        );
      }
      await sleep(COME_UP_LOOK_EVERY_MS, signal);
      const [reply] = await this.#connection.send([look], signal);
      state = stateIn(reply);
    }
  }

  async #disable(names: readonly string[], signal: AbortSignal): Promise<void> {
    const commands = names.map((name) => `disable "${name}"`);
    const replies = await this.#connection.send(commands, signal);
    commands.forEach((command, index) => {
      requireOutcome(command, replies[index], DISABLED);
    });
  }

  #takeTurn(target: GroupTarget): Order {
    const turn = (this.#turns.get(target.group) ?? 0) + 1;
    this.#turns.set(target.group, turn);
    return { ...target, turn };
  }

  #isCurrent(order: Order): boolean {
    return this.#turns.get(order.group) === order.turn;
  }
}

/**
 * The protocols that a target concerns in steps of this kind. The plan is made against the worst
 * case, in which everything is held except what is wanted: switching off what is off is harmless.
 */
function protocolsOf(target: GroupTarget, kind: RouteStep['kind']): readonly string[] {
  const { group, rank } = target;
  const prefix = group.prefixes[0] ?? '';
  const ranks = group.ranks.filter((each) => each !== rank);
  return planSteps([{ vip: group.vip.name, prefix, rank }], [{ prefix, ranks, foreign: false }])
    .filter((step) => step.kind === kind)
    .map((step) => protocolName(group, step.rank));
}

function requireOutcome(
  command: string,
  reply: Reply | undefined,
  expected: readonly string[],
): void {
  const whole = requireReply(reply);
  if (!expected.includes(whole.lines[0]?.code ?? '')) {
    const remedy = whole.code === NO_SUCH_PROTOCOL ? `; ${REMEDY}` : '';
    const message =
      `BIRD refused \`${command}\`: ` +
      `expected ${expected.join(' or ')}, got ${whole.code} ${textsOf(whole).join(' ')}${remedy}`;
    throw new SpeakerError('daemon-refused', message);
  }
}

function stateIn(reply: Reply | undefined): string {
  return readProtocols(requireReply(reply))[0]?.state ?? 'missing';
}

/** Waits for all of them, so that no command is under way when the first failure is reported. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new SpeakerError('cancelled', 'cancelled before anything was sent to BIRD', {
      cause: signal.reason,
    });
  }
}
