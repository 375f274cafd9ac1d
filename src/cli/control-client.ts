// Asks the running sidecar over its control socket.

import { request, type IncomingMessage } from 'node:http';

import { withDeadline } from '../async/deadline.js';
import { CommandError, EXIT } from './exit.js';

/** Longer than the sidecar takes to see an order verified by its daemon, or to give up on it. */
const ANSWER_MS_MAX = 15_000;
const ANSWER_LENGTH_MAX = 4_194_304;

export interface Question {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly accept: 'text/plain' | 'application/json';
  readonly body?: unknown;
  readonly answerMsMax?: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Rejects with CommandError `unreachable` when no whole answer comes. */
export async function ask(question: Question): Promise<Answer> {
  try {
    const { answerMsMax = ANSWER_MS_MAX } = question;
    return await withDeadline(answerMsMax, new AbortController().signal, (signal) =>
      exchange(question, signal),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `No sidecar answers on ${question.socketPath}: ${why}`;
    throw new CommandError(EXIT.unreachable, message, { cause: error });
  }
}

function exchange(question: Question, signal: AbortSignal): Promise<Answer> {
  const { socketPath, method, path, accept, body } = question;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    accept,
    connection: 'close',
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers, signal }, (response) => {
      collect(response).then(resolve, reject);
    });
    asked.on('error', reject);
    asked.end(payload);
  });
}

async function collect(response: IncomingMessage): Promise<Answer> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    text += chunk;
    if (text.length > ANSWER_LENGTH_MAX) {
      throw new Error(`the answer is longer than ${ANSWER_LENGTH_MAX} characters`);
    }
  }
  return { status: response.statusCode ?? 0, text };
}
