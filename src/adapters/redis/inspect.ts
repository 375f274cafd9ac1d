// What keeps Holdline from working with the Redis servers of a configuration, in words: for
// `holdline check --live`, at a person's request. Every server is asked for what is really needed of it.

import type { Redis } from 'ioredis';

import { withDeadline } from '../../async/deadline.js';
import type { RedisConfig } from '../../config/config.js';
import { tellsOfSessions } from '../../domain/keyspace-events.js';
import { detailOfError } from '../detail.js';
import { parseInfo, type InfoFields } from './info.js';
import { RedisClients } from './redis-clients.js';
import { ON_PRIMARY, ON_REPLICA, type Trial } from './rights.js';
import { warnOfStrangers } from './strangers.js';
import { adviseOnConnection, adviseOnRights, isRefusal, type Refusal } from './say-trouble.js';

const INSPECT_MS_MAX = 5_000;
const COMMAND_MS_MAX = 1_000;

/** One server: what stands in the way, or nothing; and what is better changed. */
export interface Finding {
  readonly what: string;
  readonly where: string;
  readonly fault: string | null;
  readonly warnings: readonly string[];
}

type Judge = (info: InfoFields, client: Redis) => Promise<Pick<Finding, 'fault' | 'warnings'>>;

interface Visit {
  readonly what: string;
  readonly where: () => string;
  readonly client: Redis;
  readonly user: string | undefined;
  readonly tls: boolean;
  readonly trials: readonly Trial[];
  readonly judge: Judge;
}

export async function inspectRedis(
  redis: Pick<RedisConfig, 'primary' | 'replica' | 'database'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const clients = new RedisClients(redis);
  const following = new AbortController();
  const done = clients.follow(following.signal);
  const { primary, replica, database } = redis;
  const login = 'sentinels' in primary ? primary.login : primary;
  const guarded = 'sentinels' in primary;
  try {
    const visits = await Promise.all([
      visit(
        {
          what: 'Redis primary',
          where: () => clients.primaryAt ?? 'an address that no Sentinel has named',
          client: clients.primary({ db: database }),
          user: login.username,
          tls: login.tls !== undefined,
          trials: ON_PRIMARY,
          judge: judgePrimary,
        },
        signal,
      ),
      visit(
        {
          what: 'Redis replica',
          where: () => clients.replicaAt,
          client: clients.replica({ db: database }),
          user: replica.username,
          tls: replica.tls !== undefined,
          trials: ON_REPLICA,
          judge: async (info, client) => {
            const judged = await judgeReplica(info, client, guarded);
            const strangers = await warnOfStrangers(client, database);
            return { ...judged, warnings: [...judged.warnings, ...strangers] };
          },
        },
        signal,
      ),
    ]);
    return [...visits, ...sentinelFindings(clients)];
  } finally {
    following.abort();
    await done;
  }
}

function sentinelFindings(clients: RedisClients): readonly Finding[] {
  return clients.sentinels.map(({ at, says, trouble }) => ({
    what: 'Sentinel',
    where: at,
    fault: says === null ? (trouble ?? 'it names no primary') : null,
    warnings: [],
  }));
}

/** Never rejects: what goes wrong is the finding. */
async function visit(visited: Visit, signal: AbortSignal): Promise<Finding> {
  const { what, where, client, user, tls } = visited;
  let trouble: unknown;
  client.on('error', (error) => (trouble = error));
  try {
    const found = await withDeadline(INSPECT_MS_MAX, signal, async (limited) => {
      await connected(client, limited);
      return look(visited, limited);
    });
    return { what, where: where(), ...found };
  } catch (error) {
    const fault = adviseOnConnection(trouble ?? error, { user, tls });
    return { what, where: where(), fault, warnings: [] };
  } finally {
    client.disconnect();
  }
}

/** Rejects with the trouble of an attempt, unless it is one that passes by itself. */
function connected(client: Redis, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', (trouble) => {
      if (!isPassing(trouble)) {
        reject(trouble);
      }
    });
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    client.connect().catch(() => undefined);
  });
}

/** The Sentinels have not answered yet. */
function isPassing(trouble: unknown): boolean {
  return trouble instanceof Error && trouble.message.startsWith('no Sentinel has said yet');
}

async function look(
  { client, user, trials, judge }: Visit,
  signal: AbortSignal,
): Promise<Pick<Finding, 'fault' | 'warnings'>> {
  const info = await ask(client, 'INFO', ['replication'], signal).catch((error: unknown) => {
    if (!isRefusal(error)) {
      throw error;
    }
    return undefined;
  });
  const judged = info === undefined ? UNJUDGED : await judge(parseInfo(info), client);
  const refusals: Refusal[] = [];
  for (const trial of trials) {
    await ask(client, trial.command, trial.args, signal).catch((error: unknown) =>
      refusals.push({ trial, error }),
    );
  }
  return { ...judged, fault: judged.fault ?? adviseOnRights(refusals, user) };
}

const UNJUDGED = { fault: null, warnings: [] };

/** In small letters: ioredis does not know SUBSCRIBE when it sees it. */
function ask(
  client: Redis,
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  return withDeadline(COMMAND_MS_MAX, signal, () => client.call(command.toLowerCase(), ...args));
}

function judgePrimary(info: InfoFields): ReturnType<Judge> {
  const fault =
    info.get('role') === 'master'
      ? null
      : `it is a replica of ${info.get('master_host') ?? '?'}, so that nothing can be written to it`;
  return Promise.resolve({ fault, warnings: [] });
}

async function judgeReplica(info: InfoFields, client: Redis, guarded: boolean): ReturnType<Judge> {
  if (info.get('role') !== 'slave') {
    return { fault: 'it is not a replica of anything: set `replicaof`', warnings: [] };
  }
  if (info.get('master_link_status') !== 'up') {
    const primary = `${info.get('master_host') ?? '?'} port ${info.get('master_port') ?? '?'}`;
    return {
      fault: `it is cut from its primary ${primary}: its log says why (masterauth? TLS? a firewall?)`,
      warnings: [],
    };
  }
  const promotable = guarded && info.get('slave_priority') !== '0';
  const warnings = [
    ...(promotable
      ? ['Sentinel may make this replica the primary: set `replica-priority 0` on it']
      : []),
    ...(await warnOfEvents(client)),
  ];
  return { fault: null, warnings };
}

/** The relay hears of its peers' sessions by keyspace events, which are off by default. */
async function warnOfEvents(client: Redis): Promise<readonly string[]> {
  const reply = await client.call('config', 'get', 'notify-keyspace-events').catch(detailOfError);
  const flags = Array.isArray(reply) ? String(reply[1]) : undefined;
  if (flags === undefined) {
    return [
      `whether it tells the relay of sessions is not known: CONFIG GET says ${String(reply)}`,
    ];
  }
  return tellsOfSessions(flags)
    ? []
    : [
        `notify-keyspace-events is "${flags}": the relay hears of no session of its peers; ` +
          'set it to KEA on this server',
      ];
}
