// What Holdline asks of Redis, command by command, with the right that an ACL user needs for it.
// docs/redis.md has the whole line for each server; a test holds the two together on a real Redis.

/** A harmless use of one command, as it is really used. */
export interface Trial {
  readonly command: string;
  readonly args: readonly string[];
  /** What `ACL SETUSER` grants it by. */
  readonly right: string;
  /** What grants the keys or the channel that it touches. */
  readonly reach?: string;
}

/** What Holdline's own keys and channels begin with. */
export const OWN_PREFIX = 'holdline:';
const OWN_KEYS = `~${OWN_PREFIX}*`;
const OWN_CHANNELS = `&${OWN_PREFIX}*`;
/** Read as keys of the own database are, and gone by itself. */
const TRIAL_KEY = 'holdline:check';
const TRIAL_MS = '1000';
/** Nobody listens here. */
const TRIAL_CHANNEL = 'holdline:check';

const COMMON: readonly Trial[] = [
  { command: 'PING', args: [], right: '+ping' },
  { command: 'INFO', args: ['replication'], right: '+info' },
];

export const ON_PRIMARY: readonly Trial[] = [
  ...COMMON,
  { command: 'PUBLISH', args: [TRIAL_CHANNEL, '0'], right: '+publish', reach: OWN_CHANNELS },
  {
    command: 'SET',
    args: [TRIAL_KEY, '0', 'PX', TRIAL_MS],
    right: '+set',
    reach: OWN_KEYS,
  },
];

/** The sessions on the replica are read by name only, never changed. */
export const ON_REPLICA: readonly Trial[] = [
  ...COMMON,
  { command: 'SCAN', args: ['0', 'COUNT', '1'], right: '+scan' },
  { command: 'EXISTS', args: ['no-such-call'], right: '+exists', reach: '%R~*' },
  { command: 'GETRANGE', args: [TRIAL_KEY, '0', '1'], right: '+getrange', reach: '%R~*' },
  { command: 'CONFIG', args: ['GET', 'notify-keyspace-events'], right: '+config|get' },
  {
    command: 'PUBLISH',
    args: ['__keyspace@0__:holdline:check', 'none'],
    right: '+publish',
    reach: '&__keyspace@*__:*',
  },
  // Last: what comes after it on a connection that listens is refused by Redis itself.
  { command: 'SUBSCRIBE', args: [TRIAL_CHANNEL], right: '+subscribe', reach: OWN_CHANNELS },
];
