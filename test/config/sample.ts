// A file that is good, in numbered lines, so that a test can change one and expect its number.

import { parseConfig } from '../../src/config/load.js';
import { ConfigError, type Problem } from '../../src/yaml/problem.js';

export const GOOD = `node: relay-a
relay:
  kind: rtpengine
  ng: udp://127.0.0.1:2223
  hold-open: tcp://127.0.0.1:9900
  ping: { interval: 50ms, deadline: 50ms, misses: 4 }
vips:
  - name: a
    prefixes: [10.99.0.1/32, "2001:db8:99::1/128"]
    role: home
    database: 1
  - name: b
    prefixes: [10.99.0.2/32]
    role: standby
    of: relay-b
    database: 2
redis:
  primary: redis://127.0.0.1:6379
  replica: redis://127.0.0.1:6380
bgp:
  driver: bird
  bird: { socket: /run/bird/bird.ctl }
  local-as: 65101
  neighbours: [10.0.1.1]
`;

/** The good file with one text in it replaced by another; the text must be there. */
export function changed(from: string, to: string): string {
  if (!GOOD.includes(from)) {
    throw new Error(`the good file has no ${JSON.stringify(from)}`);
  }
  return GOOD.replace(from, to);
}

/** The message lines of a text that must be refused, without the file name. */
export function complaints(text: string): readonly string[] {
  return refusal(text).message.replaceAll('holdline.yaml:', '').split('\n');
}

export function problems(text: string): readonly Problem[] {
  return refusal(text).problems;
}

export function refusal(text: string): ConfigError {
  try {
    parseConfig(text, 'holdline.yaml');
  } catch (error) {
    if (error instanceof ConfigError) {
      return error;
    }
    throw error;
  }
  throw new Error('the text was accepted');
}
