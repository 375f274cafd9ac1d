// The SDP for the other party: the same session, with the relay in the place of the sender.

import { familyOf, isUnspecified } from './address.js';
import type { Sdp, SdpMedia } from './session.js';

export interface Facing {
  readonly port: number;
  readonly rtcpPort: number;
  readonly protocol: string;
  readonly rtcpMux: boolean;
}

export interface RewriteOptions {
  /** The relay's address that the other party sends to. */
  readonly host: string;
  /** One for each m= section; null for a stream that is refused. */
  readonly media: readonly (Facing | null)[];
  readonly replaceOrigin: boolean;
  readonly replaceSessionName: boolean;
  /** Write the relay's address even where the sender says 0.0.0.0 to hold. */
  readonly replaceZeroAddress: boolean;
  readonly writeRtcp: boolean;
}

/** Meant for the sender's own path; the relay speaks none of them. */
const REMOVED_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...['candidate', 'end-of-candidates', 'remote-candidates', 'ice-ufrag', 'ice-pwd'],
  ...['ice-options', 'ice-lite', 'ice-mismatch', 'ice-pacing'],
  ...['crypto', 'fingerprint', 'setup', 'connection', 'tls-id'],
  ...['rtcp', 'rtcp-mux', 'rtcp-mux-only'],
]);

export function rewriteSdp(sdp: Sdp, options: RewriteOptions): string {
  const session = sdp.session
    .filter((line) => !isRemoved(line) && !line.startsWith('a=group:BUNDLE'))
    .map((line) => rewriteSessionLine(line, options));
  const media = sdp.media.flatMap((each, index) =>
    rewriteMedia(each, options.media[index] ?? null, options),
  );
  return [...session, ...media].map((line) => `${line}\r\n`).join('');
}

function rewriteSessionLine(line: string, options: RewriteOptions): string {
  if (line.startsWith('c=')) {
    return rewriteConnection(line, options);
  }
  if (line.startsWith('o=') && options.replaceOrigin) {
    const [user = 'o=-', id = '1', version = '1'] = line.split(' ');
    return `${user} ${id} ${version} ${netOf(options.host)}`;
  }
  return line.startsWith('s=') && options.replaceSessionName ? 's=-' : line;
}

function rewriteMedia(
  media: SdpMedia,
  facing: Facing | null,
  options: RewriteOptions,
): readonly string[] {
  if (facing === null) {
    const lines = media.lines.filter((line) => !isRemoved(line));
    const kept = lines.map((line) => rewriteSessionLine(line, options));
    return [`m=${media.kind} 0 ${media.protocol} ${media.formats}`, ...kept];
  }
  const feedback = facing.protocol.endsWith('F');
  const lines = media.lines
    .filter((line) => !isRemoved(line) && (feedback || !line.startsWith('a=rtcp-fb:')))
    .map((line) => rewriteSessionLine(line, options));
  const first = `m=${media.kind} ${facing.port} ${facing.protocol} ${media.formats}`;
  return [first, ...lines, ...rtcpLines(facing, options)];
}

function rtcpLines(
  { rtcpPort, rtcpMux }: Facing,
  { writeRtcp }: RewriteOptions,
): readonly string[] {
  return [...(writeRtcp ? [`a=rtcp:${rtcpPort}`] : []), ...(rtcpMux ? ['a=rtcp-mux'] : [])];
}

function rewriteConnection(line: string, { host, replaceZeroAddress }: RewriteOptions): string {
  const address = /^c=IN IP[46] ([^\s/]+)/.exec(line)?.[1] ?? '';
  if (isUnspecified(address) && !replaceZeroAddress) {
    return `c=IN IP${familyOf(host)} ${familyOf(host) === 6 ? '::' : '0.0.0.0'}`;
  }
  return `c=${netOf(host)}`;
}

function netOf(host: string): string {
  return `IN IP${familyOf(host)} ${host}`;
}

function isRemoved(line: string): boolean {
  const name = /^a=([^:]+)/.exec(line)?.[1];
  return name !== undefined && REMOVED_ATTRIBUTES.has(name);
}
