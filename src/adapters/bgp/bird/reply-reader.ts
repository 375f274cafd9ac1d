// BIRD's control socket frames its replies by lines: `CCCC-text` more follows, `CCCC text` the last
// line, ` text` the same code as the line before, `+text` an announcement that belongs to no reply.

import { SpeakerError } from '../../../ports/bgp-speaker.js';

/** A whole reply. `code` is that of its last line; 8xxx and 9xxx are refusals. */
export interface Reply {
  readonly code: string;
  readonly lines: readonly ReplyLine[];
}

export interface ReplyLine {
  readonly code: string;
  readonly text: string;
}

export const REPLY_LENGTH_MAX = 1_048_576;

const CODED_LINE = /^(\d{4})([ -])(.*)$/s;

export class ReplyReader {
  readonly #onAnnouncement: (() => void) | undefined;
  #partial = '';
  #lines: ReplyLine[] = [];
  #length = 0;

  constructor(onAnnouncement?: () => void) {
    this.#onAnnouncement = onAnnouncement;
  }

  /** Takes what has arrived and returns the replies that are complete by it. */
  read(chunk: string): readonly Reply[] {
    this.#length += chunk.length;
    if (this.#length > REPLY_LENGTH_MAX) {
      throw new SpeakerError(
        'reply-too-long',
        `BIRD sent more than ${REPLY_LENGTH_MAX} characters without ending its reply`,
      );
    }
    const parts = (this.#partial + chunk).split('\n');
    this.#partial = parts.pop() ?? '';
    return parts.map((line) => this.#take(line)).filter((reply) => reply !== undefined);
  }

  #take(line: string): Reply | undefined {
    if (line.startsWith('+')) {
      // It is let go at once, so it does not count as a part of the reply around it.
      this.#length -= line.length + 1;
      this.#onAnnouncement?.();
      return undefined;
    }
    const [, code = this.#lines.at(-1)?.code, separator, text = line.slice(1)] =
      CODED_LINE.exec(line) ?? [];
    if (code === undefined) {
      throw new SpeakerError(
        'reply-unexpected',
        `expected a line of BIRD's control protocol, got \`${line.slice(0, 80)}\``,
      );
    }
    this.#lines.push({ code, text });
    if (separator !== ' ') {
      return undefined;
    }
    const reply = { code, lines: this.#lines };
    this.#lines = [];
    this.#length = this.#partial.length;
    return reply;
  }
}

/** The texts of a reply's lines, without the empty one that ends most replies. */
export function textsOf(reply: Reply): readonly string[] {
  return reply.lines.map(({ text }) => text).filter((text) => text !== '');
}

/** True when BIRD could not do it (8xxx) or did not understand it (9xxx). */
export function isRefusal(reply: Reply): boolean {
  return /^[89]/.test(reply.code);
}
