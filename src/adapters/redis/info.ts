// Reads what INFO says. Throws an Error that tells what was expected and what came.

/** The fields of INFO by name; one that is told more than once has its first value. */
export interface InfoFields {
  get(name: string): string | undefined;
}

export type ReplicaState = {
  readonly link: 'up' | 'down' | 'syncing' | 'primary';
  readonly offsetBytes: number;
};

export interface PrimaryState {
  readonly role: 'primary' | 'replica';
  readonly offsetBytes: number;
}

/** Without a link there is no offset to compare with. */
const NO_OFFSET = -1;

export function parseInfo(reply: unknown): InfoFields {
  if (typeof reply !== 'string') {
    throw new Error(`expected a text in answer to INFO, got ${typeof reply}`);
  }
  // A handful of many fields is asked for, and the reply comes many times a second.
  const lines = `\r\n${reply}`;
  return {
    get: (name) => {
      const at = lines.indexOf(`\r\n${name}:`);
      const from = at + name.length + 3;
      const end = lines.indexOf('\r\n', from);
      return at === -1 ? undefined : lines.slice(from, end === -1 ? undefined : end);
    },
  };
}

export function replicaState(replication: InfoFields): ReplicaState {
  if (roleIn(replication) === 'primary') {
    return { link: 'primary', offsetBytes: offsetIn(replication, 'master_repl_offset') };
  }
  if (replication.get('master_link_status') === 'up') {
    return { link: 'up', offsetBytes: offsetIn(replication, 'slave_repl_offset') };
  }
  const syncing = replication.get('master_sync_in_progress') === '1';
  return { link: syncing ? 'syncing' : 'down', offsetBytes: NO_OFFSET };
}

export function primaryState(replication: InfoFields): PrimaryState {
  const role = roleIn(replication);
  const field = role === 'primary' ? 'master_repl_offset' : 'slave_repl_offset';
  return { role, offsetBytes: offsetIn(replication, field) };
}

/** Keys in each of these databases; Redis leaves out those that are empty. */
export function databaseSizes(
  keyspace: InfoFields,
  databases: readonly number[],
): Readonly<Record<number, number>> {
  const sizes: Record<number, number> = {};
  for (const database of databases) {
    const line = keyspace.get(`db${database}`);
    const keys = line === undefined ? '0' : /^keys=(\d+)/.exec(line)?.[1];
    sizes[database] = wholeNumber(keys, `INFO keyspace: keys of db${database}`);
  }
  return sizes;
}

function roleIn(replication: InfoFields): 'primary' | 'replica' {
  const role = replication.get('role');
  if (role !== 'master' && role !== 'slave') {
    throw new Error(`INFO replication: expected role master or slave, got ${role ?? 'none'}`);
  }
  return role === 'master' ? 'primary' : 'replica';
}

function offsetIn(replication: InfoFields, field: string): number {
  return wholeNumber(replication.get(field), `INFO replication: ${field}`);
}

function wholeNumber(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,16}$/.test(text)) {
    throw new Error(`${what}: expected a number, got ${text ?? 'none'}`);
  }
  return Number(text);
}
