// An SDP as lines that belong to the session or to one of its media. Everything that the relay does
// not touch goes through as it came.

import { RelayError } from '../errors.js';
import { canonicalAddress } from './address.js';

export interface Sdp {
  readonly session: readonly string[];
  readonly media: readonly SdpMedia[];
}

export interface SdpMedia {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: string;
  /** Without the m= line. */
  readonly lines: readonly string[];
  /** Its own c= line or the session's. */
  readonly host: string;
}

const LENGTH_MAX = 65_536;
const LINES_MAX = 2_000;
const MEDIA_MAX = 16;
const LINE = /^[a-z]=/;
const MEDIA_LINE = /^m=(\S+) (\d{1,5})(\/\d+)? (\S+) (\S.*)$/;
const CONNECTION_LINE = /^c=IN IP[46] ([^\s/]+)/;
const PORT_MAX = 65_535;

/** Throws RelayError `malformed` or `unsupported`. */
export function parseSdp(text: string): Sdp {
  const lines = splitLines(text);
  const starts = lines.flatMap((line, index) => (line.startsWith('m=') ? [index] : []));
  if (starts.length === 0 || starts.length > MEDIA_MAX) {
    throw malformed(`expected 1 to ${MEDIA_MAX} m= lines, got ${starts.length}`);
  }
  const session = lines.slice(0, starts[0]);
  const sessionHost = hostIn(session);
  const media = starts.map((start, index) =>
    parseMedia(lines.slice(start, starts[index + 1]), sessionHost),
  );
  return { session, media };
}

function splitLines(text: string): readonly string[] {
  if (text.length > LENGTH_MAX) {
    throw malformed(`at most ${LENGTH_MAX} characters, got ${text.length}`);
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length > LINES_MAX || lines[0] !== 'v=0') {
    throw malformed(`it begins with v=0 and has at most ${LINES_MAX} lines`);
  }
  const odd = lines.find((line) => !LINE.test(line));
  if (odd !== undefined) {
    throw malformed(`a line is x=..., got ${quote(odd)}`);
  }
  return lines;
}

function parseMedia(lines: readonly string[], sessionHost: string | undefined): SdpMedia {
  const [first = '', ...rest] = lines;
  const host = hostIn(rest) ?? sessionHost;
  if (host === undefined) {
    throw malformed(`no c= line for ${quote(first)}`);
  }
  return { ...parseMediaLine(first), lines: rest, host };
}

function parseMediaLine(line: string): Omit<SdpMedia, 'lines' | 'host'> {
  const [whole, kind = '', digits, count, protocol = '', formats = ''] =
    MEDIA_LINE.exec(line) ?? [];
  const port = Number(digits);
  if (whole === undefined || port > PORT_MAX) {
    throw malformed(`expected m=KIND PORT PROTOCOL FORMATS, got ${quote(line)}`);
  }
  if (count !== undefined) {
    throw new RelayError('unsupported', `SDP: several ports for a stream (${quote(line)})`);
  }
  return { kind, port, protocol, formats };
}

function hostIn(lines: readonly string[]): string | undefined {
  const line = lines.find((each) => each.startsWith('c='));
  if (line === undefined) {
    return undefined;
  }
  const host = canonicalAddress(CONNECTION_LINE.exec(line)?.[1] ?? '');
  if (host === undefined) {
    throw malformed(`expected c=IN IP4 or IP6 and a literal address, got ${quote(line)}`);
  }
  return host;
}

function malformed(detail: string): RelayError {
  return new RelayError('malformed', `Failed to parse SDP: ${detail}`);
}

function quote(line: string): string {
  return JSON.stringify(line.slice(0, 80));
}
