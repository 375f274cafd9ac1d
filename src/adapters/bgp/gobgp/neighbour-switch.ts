// Takes sessions down and lets them up again, over a connection of its own for each act. GoBGP keeps
// no comment with a peer that was disabled, so whose hand it was has to be remembered elsewhere.

import { withDeadline } from '../../../async/deadline.js';
import { CommandChannel } from './command-channel.js';
import { cancelled, failureOf } from './failure.js';
import { disablePeer, enablePeer, type Command } from './interface.js';

const COMMUNICATION = 'holdline: the relay is dead and its routes were not withdrawn';

export interface NeighbourSwitchOptions {
  readonly address: string;
  readonly commandMsMax: number;
}

export function disableNeighbours(
  options: NeighbourSwitchOptions,
  neighbours: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const commands = neighbours.map((each) => disablePeer(each, COMMUNICATION));
  return sendApart(options, commands, signal);
}

export function enableNeighbours(
  options: NeighbourSwitchOptions,
  neighbours: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  return sendApart(options, neighbours.map(enablePeer), signal);
}

async function sendApart(
  { address, commandMsMax }: NeighbourSwitchOptions,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<void> {
  const channel = new CommandChannel(address);
  try {
    await withDeadline(commandMsMax, signal, async (limited) => {
      await Promise.all(commands.map((command) => channel.send(command, limited)));
    });
  } catch (error) {
    const call = commands[0]?.call ?? 'no call';
    throw signal.aborted ? cancelled(call, error) : failureOf(call, address, error);
  } finally {
    channel.close();
  }
}
