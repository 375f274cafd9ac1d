// Whether the relay's process still lives, by its pid file and /proc (proc(5), /proc/PID/stat).
//
// When a relay with thousands of calls is killed, the kernel closes its sockets one by one, and the
// one it listens on comes last: the refused reconnect can be tens of milliseconds behind the end of
// the held connection. The process itself is marked as exiting before its first socket closes.

import { readFileSync } from 'node:fs';

/** PF_EXITING of the kernel's include/linux/sched.h, in field 9 of /proc/PID/stat. */
const EXITING = 0x4;
const PID_FILE_LENGTH_MAX = 32;

export interface ProcessWatch {
  /** Remembers the process that the pid file names now. */
  remember(): void;
  /**
   * True when the remembered process is gone or on its way out; false when it lives or none could
   * be remembered: then only the reconnect can tell.
   */
  isGone(): boolean;
}

export const NO_PROCESS_WATCH: ProcessWatch = {
  remember: () => undefined,
  isGone: () => false,
};

interface Stat {
  readonly state: string;
  readonly flags: number;
  /** In clock ticks since boot: tells a process from a later one that got the same pid. */
  readonly startedAt: string;
}

export function createProcessWatch(pidFile: string): ProcessWatch {
  let remembered: { readonly pid: string; readonly startedAt: string } | undefined;
  return {
    remember: () => {
      const pid = readPid(pidFile);
      const stat = pid === undefined ? undefined : readStat(pid);
      remembered =
        pid === undefined || stat === undefined || isExiting(stat)
          ? undefined
          : { pid, startedAt: stat.startedAt };
    },
    isGone: () => {
      if (remembered === undefined) {
        return false;
      }
      const stat = readStat(remembered.pid);
      return stat === undefined || stat.startedAt !== remembered.startedAt || isExiting(stat);
    },
  };
}

function isExiting({ state, flags }: Stat): boolean {
  return state === 'Z' || state === 'X' || (flags & EXITING) !== 0;
}

function readPid(pidFile: string): string | undefined {
  const text = readText(pidFile)?.slice(0, PID_FILE_LENGTH_MAX).trim();
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? text : undefined;
}

function readStat(pid: string): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // The name of the program may hold spaces and brackets; what follows its last bracket does not.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, flags, startedAt] = [fields?.[0], fields?.[6], fields?.[19]];
  return state === undefined || flags === undefined || startedAt === undefined
    ? undefined
    : { state, flags: Number(flags), startedAt };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
