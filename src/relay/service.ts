// `holdline relay` as a process: its log, its pid file and its signals.

import { rmSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import { pino } from 'pino';

import { loadRelayConfig, type RelayConfig } from './config/config.js';
import { startMarking, stopMarking, type MarkingOptions } from './media/marking.js';
import { startRelay } from './relay.js';

/**
 * Keeps the space for new objects as small as it begins. Every packet makes a few that die at once;
 * collecting them after every megabyte makes all calls wait less than collecting sixteen at a time
 * does (docs/performance.md).
 */
const COLLECT_OFTEN = '--semi-space-growth-factor=1';

/** Runs until SIGTERM or SIGINT. Rejects with ConfigError or RelayError. */
export async function runRelay(file: string): Promise<void> {
  setFlagsFromString(COLLECT_OFTEN);
  const config = loadRelayConfig(file);
  const log = pino({ level: config.logLevel, base: null });
  const never = new AbortController().signal;
  const marking = markingOf(config);
  if (marking !== undefined) {
    await startMarking(marking, never);
  }
  const relay = await startRelay(config, log);
  writePidFile(config);
  const { udp, tcp } = config.control;
  log.info({ event: 'relay-started', udp, tcp }, 'The relay stands ready');
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  log.info({ event: 'relay-stopping', ...relay.book.counts }, 'The relay is told to stop');
  await relay.close();
  if (marking !== undefined) {
    await stopMarking(marking, never);
  }
  removePidFile(config);
}

function markingOf({ tos, interfaces, ports, control }: RelayConfig): MarkingOptions | undefined {
  const addresses = interfaces.flatMap((each) => each.addresses);
  return tos === undefined ? undefined : { tos, addresses, ports, id: control.udp.port };
}

function writePidFile({ pidFile }: RelayConfig): void {
  if (pidFile !== undefined) {
    writeFileSync(pidFile, `${process.pid}\n`);
  }
}

function removePidFile({ pidFile }: RelayConfig): void {
  if (pidFile !== undefined) {
    rmSync(pidFile, { force: true });
  }
}
