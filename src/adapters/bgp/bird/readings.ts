// Reads BIRD's answers. The columns have no fixed width and the form of the times is the
// operator's choice, so only words whose place or shape is certain are taken.

import { SpeakerError } from '../../../ports/bgp-speaker.js';
import type { NeighbourSession, SessionState } from '../../../domain/route.js';
import { isRefusal, textsOf, type Reply } from './reply-reader.js';
import type { Family } from './route-group.js';

export interface DaemonStatus {
  readonly rebootedAt: string;
  readonly reconfiguredAt: string;
}

export interface ProtocolState {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  /** The rest of the row; for BGP it names the session's state. */
  readonly info: string;
}

/** A BGP protocol of the daemon. */
export interface BgpProtocol {
  readonly name: string;
  readonly neighbour: string;
  readonly localAs: number;
  readonly external: boolean;
  readonly families: readonly Family[];
  /** The comment of whoever disabled it. */
  readonly message: string | undefined;
}

/** The connection answers every command or rejects, so a missing reply is a fault of ours. */
export function requireReply(reply: Reply | undefined): Reply {
  if (reply === undefined) {
    throw new TypeError('fewer replies than commands');
  }
  return reply;
}

export function readStatus(reply: Reply): DaemonStatus {
  const text = textsOf(reply).join('\n');
  const rebootedAt = /Last reboot on (.+)/.exec(text)?.[1];
  const reconfiguredAt = /Last reconfiguration on (.+)/.exec(text)?.[1];
  if (rebootedAt === undefined || reconfiguredAt === undefined) {
    throw new SpeakerError(
      'reply-unexpected',
      `expected BIRD's times of reboot and reconfiguration, got \`${text.slice(0, 200)}\``,
    );
  }
  return { rebootedAt, reconfiguredAt };
}

/** The rows of `show protocols`; none when no protocol has such a name (8003). */
export function readProtocols(reply: Reply): readonly ProtocolState[] {
  return reply.lines
    .filter(({ code }) => code === '1002')
    .map(({ text }) => {
      const [name = '', kind = '', , state = '', ...rest] = text.trim().split(/\s+/);
      return { name, kind, state, info: rest.join(' ') };
    });
}

const SESSION_STATES: Readonly<Record<string, SessionState>> = {
  Idle: 'idle',
  Close: 'idle',
  Connect: 'connect',
  Active: 'active',
  Passive: 'active',
  OpenSent: 'open-sent',
  OpenConfirm: 'open-confirm',
  Established: 'established',
};

export function readSessionState(protocol: ProtocolState): SessionState {
  if (protocol.state === 'down') {
    return 'idle';
  }
  const words = protocol.info.split(' ').map((word) => SESSION_STATES[word]);
  return words.find((state) => state !== undefined) ?? 'unknown';
}

/** The BGP protocols among the answers to `show protocols all`. */
export function readBgpProtocols(reply: Reply): readonly BgpProtocol[] {
  const paragraphs: string[][] = [];
  for (const { code, text } of reply.lines) {
    if (code === '1002') {
      paragraphs.push([text]);
    } else {
      paragraphs.at(-1)?.push(text);
    }
  }
  return paragraphs
    .map((lines) => readBgpProtocol(lines.join('\n')))
    .filter((protocol) => protocol !== undefined);
}

const PROTOCOL_NAME = /^[A-Za-z0-9_.:-]{1,64}$/;

function readBgpProtocol(paragraph: string): BgpProtocol | undefined {
  const [name = '', kind] = paragraph.trim().split(/\s+/);
  const neighbour = /Neighbor address: ([0-9a-fA-F.:]+)/.exec(paragraph)?.[1];
  if (kind !== 'BGP' || neighbour === undefined || !PROTOCOL_NAME.test(name)) {
    return undefined;
  }
  const localAs = Number(/Local AS: +(\d+)/.exec(paragraph)?.[1]);
  const neighbourAs = Number(/Neighbor AS: +(\d+)/.exec(paragraph)?.[1]);
  const families = (['ipv4', 'ipv6'] as const).filter((family) =>
    paragraph.includes(`Channel ${family}`),
  );
  const message = /^ *Message: +(.*)$/m.exec(paragraph)?.[1];
  return { name, neighbour, localAs, external: localAs !== neighbourAs, families, message };
}

/** Addresses whose BFD session is known, and how it is; none when BIRD runs no BFD (9001). */
export function readBfdSessions(reply: Reply): ReadonlyMap<string, NeighbourSession['bfd']> {
  const sessions = new Map<string, NeighbourSession['bfd']>();
  for (const text of isRefusal(reply) ? [] : textsOf(reply)) {
    const [address = '', , state = ''] = text.trim().split(/\s+/);
    if (/^[0-9a-fA-F]*[.:][0-9a-fA-F.:]+$/.test(address)) {
      sessions.set(address, state === 'Up' ? 'up' : 'down');
    }
  }
  return sessions;
}

/** The prefixes of a static protocol, or undefined when BIRD has no protocol of that name. */
export function readStaticPrefixes(reply: Reply): readonly string[] | undefined {
  if (isRefusal(reply)) {
    return undefined;
  }
  return textsOf(reply)
    .map((text) => /^([0-9a-fA-F.:]+\/\d+)\s/.exec(text)?.[1])
    .filter((prefix) => prefix !== undefined);
}

/** The attributes of one route as BIRD prints them. */
export interface RouteAttributes {
  readonly asPath: readonly number[];
  readonly communities: readonly string[];
  readonly med: number | undefined;
  readonly localPref: number | undefined;
}

const ROUTE_NOT_FOUND = '8001';

/** The route in the answer to `show route PREFIX ... all`, or undefined when there is none. */
export function readRoute(reply: Reply, prefix: string): RouteAttributes | undefined {
  if (reply.code === ROUTE_NOT_FOUND) {
    return undefined;
  }
  const text = textsOf(reply).join('\n');
  if (!text.split(/\s+/).includes(prefix)) {
    return undefined;
  }
  return {
    asPath: (/BGP\.as_path:([\d ]*)/.exec(text)?.[1] ?? '').split(' ').filter(Boolean).map(Number),
    communities: [
      ...(/BGP\.community:(.*)/.exec(text)?.[1] ?? '').matchAll(/\((\d+),(\d+)\)/g),
    ].map(([, high = '', low = '']) => `${high}:${low}`),
    med: readNumber(/BGP\.med: (\d+)/.exec(text)?.[1]),
    localPref: readNumber(/BGP\.local_pref: (\d+)/.exec(text)?.[1]),
  };
}

function readNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
