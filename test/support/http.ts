import { request, type IncomingHttpHeaders } from 'node:http';

export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const ANSWER_MS_MAX = 5_000;

/** Asks over TCP (`host:port`) or over a Unix socket (an absolute path). */
export function ask(address: string, asked: Asked): Promise<Answered> {
  const { path, method = 'GET', headers = {}, body } = asked;
  const target = address.startsWith('/')
    ? { socketPath: address }
    : { host: new URL(`http://${address}`).hostname, port: new URL(`http://${address}`).port };
  return new Promise((resolve, reject) => {
    const call = request(
      { ...target, path, method, headers, agent: false, timeout: ANSWER_MS_MAX },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer within ${ANSWER_MS_MAX} ms`)));
    call.on('error', reject);
    call.end(body);
  });
}

export function postJson(address: string, path: string, body: unknown): Promise<Answered> {
  return ask(address, {
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
