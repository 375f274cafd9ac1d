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

/** Already so, and now so. */
const OUTCOMES = { enable: ['0010', '0011'], disable: ['0008', '0009'] } as const;

const NO_SUCH_PROTOCOL = '8003';

interface Order extends GroupTarget {
  /** Which declaration this is for the group; a later one takes the group over. */
  readonly turn: number;
}

/** The protocol that takes over in an order. */
interface Move {
  readonly name: string;
  readonly order: Order;
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
    const names = orders.flatMap((order) => protocolsOf(order, 'withdraw'));
    await this.#tell('disable', names, signal);
  }

  async #announce(orders: readonly Order[], signal: AbortSignal): Promise<void> {
    const moves = orders
      .filter(({ rank }) => rank !== 'withdrawn')
      .flatMap((order) => protocolsOf(order, 'announce').map((name) => ({ name, order })));
    const { fitting, misfit } = await this.#judgeFit(moves, signal);
    await this.#bringUp(fitting, signal);
    if (misfit !== undefined) {
      throw new SpeakerError('daemon-refused', misfit, { disposition: 'give-up' });
    }
  }

  /** Asked anew every time: the operator may have given BIRD another file a moment ago. */
  async #judgeFit(
    moves: readonly Move[],
    signal: AbortSignal,
  ): Promise<{ fitting: readonly Move[]; misfit: string | undefined }> {
    const questions = moves.map(({ name }) => askForPrefixes(name));
    const replies = await this.#connection.send(questions, signal);
    const misfits = moves.map(({ name, order }, index) =>
      findMisfit(order.group, name, requireReply(replies[index])),
    );
    const fitting = moves.filter((_move, index) => misfits[index] === undefined);
    return { fitting, misfit: misfits.find((each) => each !== undefined) };
  }

  /** Enables the new paths and retires the old ones of each as soon as the new one is up. */
  async #bringUp(moves: readonly Move[], signal: AbortSignal): Promise<void> {
    const giveUpAtMs = performance.now() + COME_UP_MS_MAX;
    let waiting = this.#stillCurrent(moves);
    const enabled = this.#tell('enable', namesOf(waiting), signal);
    let [states] = await Promise.all([this.#statesOf(waiting, signal), enabled]);
    for (;;) {
      const up = waiting.filter(({ name }) => states.get(name) === 'up');
      const retired = this.#stillCurrent(up).flatMap(({ order }) => protocolsOf(order, 'retire'));
      await this.#tell('disable', retired, signal);
      waiting = this.#stillCurrent(waiting.filter((move) => !up.includes(move)));
      if (waiting.length === 0) {
        return;
      }
      if (performance.now() > giveUpAtMs) {
        throw neverUp(namesOf(waiting), states);
      }
      await sleep(COME_UP_LOOK_EVERY_MS, signal);
      states = await this.#statesOf(waiting, signal);
    }
  }

  async #statesOf(
    moves: readonly Move[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const looks = moves.map(({ name }) => `show protocols "${name}"`);
    const rows = (await this.#connection.send(looks, signal)).flatMap(readProtocols);
    return new Map(rows.map(({ name, state }) => [name, state]));
  }

  async #tell(
    verb: 'enable' | 'disable',
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const commands = names.map((name) => `${verb} "${name}"`);
    const replies = await this.#connection.send(commands, signal);
    commands.forEach((command, index) => {
      requireOutcome(command, requireReply(replies[index]), OUTCOMES[verb]);
    });
  }

  #stillCurrent(moves: readonly Move[]): readonly Move[] {
    return moves.filter(({ order }) => this.#turns.get(order.group) === order.turn);
  }

  #takeTurn(target: GroupTarget): Order {
    const turn = (this.#turns.get(target.group) ?? 0) + 1;
    this.#turns.set(target.group, turn);
    return { ...target, turn };
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

function namesOf(moves: readonly Move[]): readonly string[] {
  return moves.map(({ name }) => name);
}

function requireOutcome(command: string, reply: Reply, expected: readonly string[]): void {
  if (!expected.includes(reply.lines[0]?.code ?? '')) {
    const remedy = reply.code === NO_SUCH_PROTOCOL ? `; ${REMEDY}` : '';
    const message =
      `BIRD refused \`${command}\`: ` +
      `expected ${expected.join(' or ')}, got ${reply.code} ${textsOf(reply).join(' ')}${remedy}`;
    throw new SpeakerError('daemon-refused', message);
  }
}

function neverUp(names: readonly string[], states: ReadonlyMap<string, string>): SpeakerError {
  const found = names.map((name) => `${name} is \`${states.get(name) ?? 'missing'}\``);
  const message = `${found.join(', ')} ${COME_UP_MS_MAX} ms after it was enabled`;
  return new SpeakerError('daemon-refused', message);
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
