// What guard and worker say to each other over the pipe between them: lines of JSON, and `beat`,
// which is said four times a second and should cost nothing.

/** What a worker does with the routes when it cannot be kept alive. */
export type OnDeath = 'hold' | 'withdraw';

export type WorkerMessage =
  /** The event loop runs. */
  | { readonly kind: 'beat' }
  /** The configuration is read: what the guard needs to know of it. */
  | { readonly kind: 'loaded'; readonly node: string; readonly onDeath: OnDeath }
  /** The relay is being watched. */
  | { readonly kind: 'watching' };

/** Ends the worker with the goodbye that the configuration asks for. */
export interface GuardMessage {
  readonly kind: 'stop';
}

/** The descriptor of the worker's end of the pipe. */
export const LIFELINE_FD = 3;

const BEAT = 'beat';
const LINE_LENGTH_MAX = 1_000;

export function encode(message: WorkerMessage | GuardMessage): string {
  return `${message.kind === 'beat' ? BEAT : JSON.stringify(message)}\n`;
}

/** Puts chunks together to messages; what is none of ours is passed over. */
export class MessageReader {
  #rest = '';

  read(chunk: string): readonly (WorkerMessage | GuardMessage)[] {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LINE_LENGTH_MAX);
    return lines.map(decode).filter((message) => message !== undefined);
  }
}

function decode(line: string): WorkerMessage | GuardMessage | undefined {
  if (line === BEAT) {
    return { kind: 'beat' };
  }
  try {
    const value = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
    switch (value?.['kind']) {
      case 'stop':
      case 'watching':
        return { kind: value['kind'] };
      case 'loaded':
        return {
          kind: 'loaded',
          node: String(value['node']),
          onDeath: value['onDeath'] === 'withdraw' ? 'withdraw' : 'hold',
        };
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
