// rtpengine's settings as it runs, over its command line port: `params current` gives them all. The
// answer also holds passwords (redis-auth): nothing but the numbers that are asked for leaves here.

import type { HostPort } from '../../../config/config.js';
import type { RelaySettings, SettingsReader } from '../../../ports/relay-settings.js';
import { detailOfError } from '../../detail.js';
import { runCommand } from './command-line.js';

const COMMAND = 'params current';
const ANSWER_MS_MAX = 1_000;
/** Seen: 1.5 kB. */
const ANSWER_LENGTH_MAX = 65_536;

export function createSettingsReader(target: HostPort): SettingsReader {
  return {
    async read(signal: AbortSignal): Promise<RelaySettings> {
      let text = '';
      const take = (piece: string): void => {
        text += piece;
        if (text.length > ANSWER_LENGTH_MAX) {
          throw new Error(`expected at most ${ANSWER_LENGTH_MAX} characters, more came`);
        }
      };
      try {
        const command = { target, command: COMMAND, answerMsMax: ANSWER_MS_MAX, take };
        await runCommand(command, signal);
        return parseSettings(text);
      } catch (error) {
        const where = `${target.host}:${target.port}`;
        const message = `${COMMAND} of rtpengine at ${where}: ${detailOfError(error)}`;
        throw new Error(message, { cause: error });
      }
    },
  };
}

/** `name = value`, one a line; versions differ in `_` and `-`. Throws when it is something else. */
export function parseSettings(text: string): RelaySettings {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([a-z_-]+) = (-?\d+)$/.exec(line.trim()) ?? [];
    values.set(name.replaceAll('_', '-'), Number(value));
  }
  if (!values.has('timeout')) {
    throw new Error('expected `timeout = SECONDS` among the settings, got none');
  }
  return {
    usesRedis: Math.max(values.get('redis-db') ?? -1, values.get('redis-write-db') ?? -1) >= 0,
    redisCommandTimeoutMs: values.get('redis-cmd-timeout'),
    redisConnectTimeoutMs: values.get('redis-connect-timeout'),
    redisErrorsAllowed: values.get('redis-allowed-errors'),
    silenceTimeoutSeconds: values.get('timeout'),
  };
}
