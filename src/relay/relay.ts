// The relay put together: control in front, calls in the middle, media underneath.

import { tickEvery } from '../async/tick.js';
import { CallBook } from './call/call-book.js';
import { Signalling } from './call/signalling.js';
import { Patrol } from './call/timeouts.js';
import type { RelayConfig } from './config/config.js';
import { Answering } from './control/answering.js';
import { createCommands } from './control/commands.js';
import { Statistics } from './control/statistics.js';
import { createCommandLine, type CommandLine } from './control/session-listing.js';
import { TcpControl } from './control/tcp-control.js';
import { UdpControl } from './control/udp-control.js';
import type { Log } from './log.js';
import { Interfaces } from './media/interfaces.js';
import { RedisSessionStore } from './store/redis-session-store.js';

const TICK_MS = 1_000;
/** The database that own calls are listed under, while they are kept in none. */
const OWN_DATABASE = 0;

export interface Relay {
  readonly book: CallBook;
  readonly interfaces: Interfaces;
  close(): Promise<void>;
}

/** Rejects with RelayError `cannot-bind` when a control port cannot be had. */
export async function startRelay(config: RelayConfig, log: Log): Promise<Relay> {
  const interfaces = new Interfaces(config.interfaces, config.ports);
  const statistics = new Statistics(interfaces);
  const { sessionsMax } = config;
  const book = new CallBook({ interfaces, sessionsMax }, (call, ending) =>
    statistics.ended(call, ending),
  );
  const store =
    config.redis &&
    new RedisSessionStore(config.redis, { book, mediaTimeoutMs: config.timeouts.mediaMs, log });
  // Calls of before come back to their own ports, so they come before new ones.
  await store?.start();
  const commands = createCommands({
    book,
    signalling: new Signalling(book, interfaces),
    statistics: () => statistics.describe(book, answering.counts),
  });
  const answering = new Answering(commands, log);
  const commandLine = createCommandLine(book, config.redis?.database ?? OWN_DATABASE);
  const control = await openControl(config.control, { answering, commandLine }).catch(
    async (error: unknown) => {
      await store?.close();
      book.closeAll();
      throw error;
    },
  );
  const patrol = new Patrol(book, config.timeouts);
  const stop = new AbortController();
  const look = (): void => {
    statistics.measureRate();
    for (const [{ record }, ending] of patrol.round()) {
      const { callId } = record;
      log.info({ event: 'call-timed-out', callId, ending }, 'A call has timed out');
    }
  };
  const ticking = tickEvery(TICK_MS, look, stop.signal);
  return {
    book,
    interfaces,
    async close() {
      stop.abort();
      await ticking;
      await control.close();
      await store?.close();
      book.closeAll();
    },
  };
}

async function openControl(
  { udp, tcp }: RelayConfig['control'],
  how: { readonly answering: Answering; readonly commandLine: CommandLine },
): Promise<{ close(): Promise<void> }> {
  const { answering, commandLine } = how;
  const udpControl = new UdpControl(udp, answering);
  try {
    const tcpControl = tcp && (await TcpControl.listen(tcp, answering, commandLine));
    return {
      async close() {
        udpControl.close();
        await tcpControl?.close();
      },
    };
  } catch (error) {
    udpControl.close();
    throw error;
  }
}
