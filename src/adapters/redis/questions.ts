// Questions among sidecars, asked and answered over the primary in a few milliseconds. The word in
// an answer was made after its question was asked, by the clock of the host that asks: the number
// in it was not known to anybody before.

import type { PeerObservation, PeerWord } from '../../domain/evidence.js';
import type { Clock } from '../../ports/clock.js';
import type { RedisCommand } from './publisher.js';
import { parseAnswer, parseQuestion, type Question } from './word-codec.js';

/** Questions that an answer is taken to. */
const ASKED_MAX = 16;
/** Nodes that are asked at once. */
const NODES_MAX = 16;
/** Answers that are given between two ticks; more is somebody's mischief. */
const ANSWERS_MAX = 8;

export function questionChannel(node: string): string {
  return `holdline:ask:${node}`;
}

export function answerChannel(node: string): string {
  return `holdline:answer:${node}`;
}

export class Questions {
  readonly #node: string;
  readonly #clock: Clock;
  /** When each question was asked. */
  readonly #asked = new Map<number, { readonly atMs: number; readonly nodes: Set<string> }>();
  #number: number;
  #answersLeft = ANSWERS_MAX;

  constructor(node: string, clock: Clock) {
    this.#node = node;
    this.#clock = clock;
    this.#number = Math.floor(clock.nowMs());
  }

  tick(): void {
    this.#answersLeft = ANSWERS_MAX;
  }

  ask(nodes: Iterable<string>): readonly RedisCommand[] {
    const asked = [...nodes].slice(0, NODES_MAX);
    if (asked.length === 0) {
      return [];
    }
    this.#number += 1;
    this.#asked.set(this.#number, { atMs: this.#clock.nowMs(), nodes: new Set(asked) });
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > ASKED_MAX && oldest !== undefined) {
      this.#asked.delete(oldest);
    }
    const question: Question = { from: this.#node, number: this.#number };
    const text = JSON.stringify(question);
    return asked.map((node): RedisCommand => ['publish', questionChannel(node), text]);
  }

  /** Throws BadWordError. Undefined when enough was answered for now. */
  take(text: string): Question | undefined {
    const question = parseQuestion(text);
    if (question.from === this.#node || this.#answersLeft === 0) {
      return undefined;
    }
    this.#answersLeft -= 1;
    return question;
  }

  answer({ from, number }: Question, word: PeerWord): RedisCommand {
    const said = JSON.stringify({ from: this.#node, number, word });
    return ['publish', answerChannel(from), said];
  }

  /** Throws BadWordError. Undefined for an answer that nobody waits for. */
  hear(text: string): PeerObservation | undefined {
    const { from, number, word } = parseAnswer(text);
    const question = this.#asked.get(number);
    if (question?.nodes.delete(from) !== true) {
      return undefined;
    }
    const atMs = this.#clock.nowMs();
    return { kind: 'peer', atMs, node: from, word, madeAfterMs: question.atMs };
  }
}
