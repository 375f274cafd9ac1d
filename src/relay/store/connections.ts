// Connections to Redis that come back by themselves and on which every command has a deadline.

import { Redis } from 'ioredis';

import { refuseUnaskedReplies } from '../../async/unasked-replies.js';

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  /** Secret; never logged. */
  readonly password: string | undefined;
}

const CONNECT_MS_MAX = 1_000;
const COMMAND_MS_MAX = 2_000;
const RECONNECT_AFTER_MS = 250;

export function connectTo({ host, port, username, password }: RedisServer): Redis {
  refuseUnaskedReplies();
  const redis = new Redis({
    host,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    connectTimeout: CONNECT_MS_MAX,
    commandTimeout: COMMAND_MS_MAX,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    retryStrategy: () => RECONNECT_AFTER_MS,
  });
  // Without a listener an error would end the process; the commands report what matters.
  redis.on('error', () => undefined);
  return redis;
}
