import { useFakeTimers, type SinonFakeTimers } from 'sinon';

/**
 * Fakes the timers and clocks that src/ may use, and no more. Sinon's default list also takes
 * `process.nextTick`, which stalls real sockets and mocha's own output until the next tick.
 */
export function installClock(): SinonFakeTimers {
  return useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
}
