import { request } from 'node:http';

import { withDeadline } from '../../async/deadline.js';
import { DrillError } from '../errors.js';

import type { Host } from './host.js';
import { CONTROL_SOCKET } from './programs.js';

const REPLY_DEADLINE_MS = 5_000;
const REPLY_LENGTH_MAX = 1_048_576;

/** The parts of the status that the drill looks at; src/ports/status-view.ts has the whole. */
export interface SidecarStatus {
  readonly verdict: string;
  readonly vips: readonly {
    readonly name: string;
    readonly rank: number | string | null;
    readonly reason: string;
    readonly verified: boolean;
  }[];
  /** The calls that would not go on if they moved now; null when it does not know. */
  readonly atRisk: { readonly calls: number | null; readonly because: string | null };
  readonly relay: { readonly dangers: readonly { readonly setting: string }[] | null };
  readonly redis: {
    readonly servers: {
      readonly primary: { readonly at: string | null; readonly trouble: string | null };
    } | null;
  } | null;
}

export async function readStatus(host: Host, signal: AbortSignal): Promise<SidecarStatus> {
  const body = await ask(host, { method: 'GET', path: '/status' }, signal);
  const status = JSON.parse(body) as SidecarStatus;
  if (!Array.isArray(status.vips)) {
    throw unexpected(host, 'a status with vips', body);
  }
  return status;
}

export async function order(
  host: Host,
  what: 'drain' | 'undrain' | 'degrade' | 'restore',
  signal: AbortSignal,
): Promise<void> {
  await ask(host, { method: 'POST', path: `/${what}` }, signal);
}

interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** Over the control socket, which is reached through the host's own file system. */
function ask(host: Host, question: Question, signal: AbortSignal): Promise<string> {
  return withDeadline(REPLY_DEADLINE_MS, signal, async (limited) => {
    const body = question.method === 'POST' ? ORDER_BODY : '';
    const { status, text } = await send(host.path(CONTROL_SOCKET), question, body, limited);
    if (status !== 200) {
      throw unexpected(host, `200 to ${question.method} ${question.path}`, `${status} ${text}`);
    }
    return text;
  });
}

const ORDER_BODY = JSON.stringify({ by: 'drill', why: 'a drill' });

function send(
  socketPath: string,
  question: Question,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      accept: 'application/json',
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    };
    const sent = request({ socketPath, ...question, headers, signal }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > REPLY_LENGTH_MAX) {
          sent.destroy(new DrillError('reply-unexpected', 'the sidecar sent more than 1 MiB'));
        }
      });
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }));
      reply.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function unexpected(host: Host, expected: string, got: string): DrillError {
  return new DrillError(
    'reply-unexpected',
    `the sidecar on ${host.name}: expected ${expected}, got ${got.slice(0, 500)}`,
  );
}
