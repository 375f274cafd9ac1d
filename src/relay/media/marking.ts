// DSCP marking of what the relay sends. Node cannot set IP_TOS on a UDP socket, so the kernel is
// told to: a table of nftables of its own, for the relay's addresses and ports, at no cost for each
// packet in this process (docs/decisions/0017-the-kernel-marks-the-packets.md).

import { spawn } from 'node:child_process';

import { withDeadline } from '../../async/deadline.js';
import { RelayError } from '../errors.js';
import { familyOf } from '../sdp/address.js';

export interface MarkingOptions {
  /** The value of the TOS byte; its two lowest bits belong to ECN and are 0. */
  readonly tos: number;
  readonly addresses: readonly string[];
  readonly ports: { readonly min: number; readonly max: number };
  /** Sets the tables of several relays on a host apart. */
  readonly id: number;
}

const NFT_MS_MAX = 5_000;
const SAID_LENGTH_MAX = 200;
/** DSCP is the TOS byte without the two bits of ECN. */
const ECN_BITS = 2;

/** Rejects with RelayError `cannot-mark`. What a killed relay left behind is replaced. */
export async function startMarking(options: MarkingOptions, signal: AbortSignal): Promise<void> {
  const table = tableOf(options);
  const rules = ([4, 6] as const).flatMap((family) => ruleFor(family, options));
  await nft(
    [
      `table ${table}`,
      `delete table ${table}`,
      `table ${table} {`,
      '  chain media {',
      '    type filter hook output priority mangle; policy accept;',
      ...rules,
      '  }',
      '}',
    ].join('\n'),
    signal,
  );
}

export async function stopMarking(options: MarkingOptions, signal: AbortSignal): Promise<void> {
  await nft(`delete table ${tableOf(options)}`, signal);
}

function tableOf({ id }: MarkingOptions): string {
  return `inet holdline_relay_${id}`;
}

function ruleFor(family: 4 | 6, { tos, addresses, ports }: MarkingOptions): readonly string[] {
  const own = addresses.filter((address) => familyOf(address) === family);
  const ip = family === 4 ? 'ip' : 'ip6';
  const sent = `udp sport ${ports.min}-${ports.max}`;
  const mark = `${ip} dscp set ${tos >> ECN_BITS}`;
  return own.length === 0 ? [] : [`    ${ip} saddr { ${own.join(', ')} } ${sent} ${mark}`];
}

function nft(script: string, signal: AbortSignal): Promise<void> {
  return withDeadline(NFT_MS_MAX, signal, () => runNft(script)).catch((cause: unknown) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    const reason = `cannot mark packets (tos): nft: ${said.trim().slice(0, SAID_LENGTH_MAX)}`;
    throw new RelayError('cannot-mark', reason, { cause });
  });
}

function runNft(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('nft', ['-f', '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: NFT_MS_MAX,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(said))));
    // A program that has ended takes no input; how it ended says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(script);
  });
}
