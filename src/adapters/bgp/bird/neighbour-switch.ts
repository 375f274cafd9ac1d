// Takes BGP protocols down and lets them up again, over a connection of its own for each act.
//
// Nothing but a question is written before BIRD has answered: a daemon that hangs now must not find
// the command in its socket when it goes on. BIRD keeps a comment with a protocol that was disabled,
// and sends it to the neighbour (RFC 9003): that is how our hand is known again.

import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { ControlConnection, type ControlOptions } from './control-connection.js';
import { readBgpProtocols, requireReply, type BgpProtocol } from './readings.js';
import { textsOf, type Reply } from './reply-reader.js';

const MARK = 'holdline:';
const COMMENT = `${MARK} the relay is dead and its routes were not withdrawn`;

const DISABLED = '0009';
const ALREADY_DISABLED = '0008';
const ENABLED = ['0010', '0011'];

export function isOurs({ message }: Pick<BgpProtocol, 'message'>): boolean {
  return message?.startsWith(MARK) === true;
}

/** Resolves with the neighbours that are down by our hand. */
export function disableNeighbours(
  options: ControlOptions,
  neighbours: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  return withConnection(options, async (connection) => {
    const protocols = await protocolsTo(neighbours, connection, signal);
    const commands = protocols.map(({ name }) => `disable "${name}" "${COMMENT}"`);
    const replies = await connection.send(commands, signal);
    const down = protocols.filter((protocol, index) =>
      isDown(protocol, requireReply(replies[index])),
    );
    return [...new Set(down.map(({ neighbour }) => neighbour))];
  });
}

export function enableNeighbours(
  options: ControlOptions,
  neighbours: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  return withConnection(options, async (connection) => {
    const protocols = (await protocolsTo(neighbours, connection, signal)).filter(isOurs);
    const commands = protocols.map(({ name }) => `enable "${name}"`);
    const replies = await connection.send(commands, signal);
    replies.forEach((reply, index) => {
      if (!ENABLED.includes(codeOf(reply))) {
        throw refused(commands[index] ?? '', reply);
      }
    });
  });
}

async function withConnection<T>(
  options: ControlOptions,
  work: (connection: ControlConnection) => Promise<T>,
): Promise<T> {
  const { socketPath, commandMsMax } = options;
  const connection = new ControlConnection({ socketPath, commandMsMax });
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

async function protocolsTo(
  neighbours: readonly string[],
  connection: ControlConnection,
  signal: AbortSignal,
): Promise<readonly BgpProtocol[]> {
  const [reply] = await connection.send(['show protocols all'], signal);
  return readBgpProtocols(requireReply(reply)).filter(({ neighbour }) =>
    neighbours.includes(neighbour),
  );
}

/** One that was down already is ours only if it bears our mark. */
function isDown(protocol: BgpProtocol, reply: Reply): boolean {
  const code = codeOf(reply);
  if (code !== DISABLED && code !== ALREADY_DISABLED) {
    throw refused(`disable ${protocol.name}`, reply);
  }
  return code === DISABLED || isOurs(protocol);
}

function codeOf(reply: Reply): string {
  return reply.lines[0]?.code ?? '';
}

function refused(command: string, reply: Reply): SpeakerError {
  const got = `${reply.code} ${textsOf(reply).join(' ')}`;
  return new SpeakerError('daemon-refused', `BIRD refused \`${command}\`: got ${got}`);
}
