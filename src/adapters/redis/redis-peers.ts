// The exchange of words and the beat, on three connections of their own: one to the primary, which
// everything is told on, and two to the local replica, to listen and to read. All of it happens on
// one tick; a server that hangs is owed no more than it can hold, and delays nothing else.

import { tickEvery, type Tick } from '../../async/tick.js';
import type { BeatObservation, PeerObservation } from '../../domain/evidence.js';
import type { Vip } from '../../domain/route.js';
import type { Clock } from '../../ports/clock.js';
import type { PeerExchange, ToldHost } from '../../ports/peer-exchange.js';
import { detailOfError } from '../detail.js';
import { Beat } from './beat.js';
import { OwnWordTeller } from './own-word.js';
import { Publisher } from './publisher.js';
import { answerChannel, questionChannel, Questions } from './questions.js';
import type { RedisClients } from './redis-clients.js';
import type { WayWitness } from './redis-store.js';
import { SharedVips } from './shared-vips.js';
import { Subscriber } from './subscriber.js';
import { WordReader } from './word-reader.js';

export interface RedisPeersOptions {
  readonly clients: RedisClients;
  /** Holdline's own database; never a relay's. */
  readonly database: number;
  readonly node: string;
  readonly vips: readonly Vip[];
  readonly clock: Clock;
  /** A word that cannot be understood, or a refusal of the primary to take ours. */
  readonly onTrouble: (detail: string) => void;
}

type Listener = (observation: BeatObservation | PeerObservation) => void;

const BEAT_MS = 100;
const READ_EVERY_TICKS = 10;
/** A standby calls on its homes, so that they know of it, when it has begun to listen. */
const CALL_EVERY_TICKS = 100;
const FIRST_CALL_TICK = 2;
/** Troubles that come again and again are told no more often. */
const COMPLAINT_EVERY_MS = 10_000;
/** Without a beat for so long the connections themselves may be what is dead; and again after it. */
const RENEW_EVERY_TICKS = 10;

export function createRedisPeers(options: RedisPeersOptions): PeerExchange & WayWitness {
  let conversation: Conversation | undefined;
  return {
    isWayProven: () => conversation?.isWayProven ?? false,
    primaryOwesMs: () => conversation?.primaryOwesMs ?? 0,
    watch: async (host, listener, signal) => {
      conversation = new Conversation(options, host, listener);
      await conversation.run(signal);
    },
    ask: () => conversation?.ask(),
  };
}

class Conversation {
  readonly #options: RedisPeersOptions;
  readonly #host: ToldHost;
  readonly #listener: Listener;
  readonly #publisher: Publisher;
  readonly #subscriber: Subscriber;
  readonly #reader: WordReader;
  readonly #shared: SharedVips;
  readonly #beat: Beat;
  readonly #own: OwnWordTeller;
  readonly #questions: Questions;
  readonly #stopped = new AbortController();
  #ticks = 0;
  #lateTicks = 0;
  #complainedAtMs = -Infinity;

  constructor(options: RedisPeersOptions, host: ToldHost, listener: Listener) {
    const { clients, database, node, vips, clock } = options;
    this.#options = options;
    this.#shared = new SharedVips(node, vips);
    this.#host = host;
    this.#listener = (observation) => {
      if (!this.#stopped.signal.aborted) {
        listener(observation);
      }
    };
    const channel = `holdline:beat:${node}`;
    const channels = [channel, questionChannel(node), answerChannel(node)];
    this.#publisher = new Publisher(clients.primary({ db: database }));
    this.#subscriber = new Subscriber(
      clients.replica({ autoResubscribe: false }),
      channels,
      (from, message) => this.#hear(from, message),
    );
    this.#beat = new Beat({ channel, intervalMs: BEAT_MS, clock, report: this.#listener });
    this.#own = new OwnWordTeller(node, () => host.word(), Math.floor(clock.nowMs()));
    this.#questions = new Questions(node, clock);
    this.#reader = new WordReader({
      client: clients.replica({ db: database }),
      node,
      shared: this.#shared,
      onWord: (from, word) =>
        this.#listener({ kind: 'peer', atMs: clock.nowMs(), node: from, word }),
      onTrouble: (detail) => options.onTrouble(detail),
    });
  }

  get isWayProven(): boolean {
    return this.#publisher.trouble === undefined && this.#beat.isProof;
  }

  get primaryOwesMs(): number {
    return this.#beat.owedMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#publisher.open();
    this.#subscriber.open();
    this.#reader.open();
    await tickEvery(BEAT_MS, (lateMs, tick) => this.#tick(lateMs, tick), signal);
    this.#stopped.abort();
    await Promise.all([this.#publisher.close(), this.#subscriber.close(), this.#reader.close()]);
  }

  ask(nodes: Iterable<string> = this.#reader.near): void {
    const questions = this.#questions.ask(nodes);
    if (questions.length > 0) {
      void this.#publisher.send(questions);
    }
  }

  #tick(lateMs: number, tick: Tick): void {
    this.#beat.tick(lateMs);
    this.#subscriber.tick();
    this.#questions.tick();
    this.#sendBeat(tick);
    this.#tellWord();
    if (this.#host.curious()) {
      this.ask();
    } else if (this.#ticks % CALL_EVERY_TICKS === FIRST_CALL_TICK) {
      this.ask(this.#shared.homes);
    }
    if (tick.isOneIn(READ_EVERY_TICKS)) {
      this.#reader.look();
    }
    this.#ticks += 1;
    this.#judgeBeat();
  }

  #sendBeat(tick: Tick): void {
    const beat = this.#beat.next(tick);
    if (beat === undefined) {
      return;
    }
    const sent = this.#publisher.send([beat]);
    if (sent === undefined) {
      this.#beat.settle('unsent');
      return;
    }
    void sent.then((refusal) => {
      this.#beat.settle(refusal === undefined ? 'taken' : { refusal });
    });
  }

  /** A beat may be late only as far as we have read; what lies in our sockets is read first. */
  #judgeBeat(): void {
    const { trouble } = this.#publisher;
    if (trouble === undefined && !this.#beat.suspicious) {
      this.#lateTicks = 0;
      return;
    }
    setImmediate(() => {
      const late = this.#beat.look(this.#publisher.trouble);
      if (late !== undefined) {
        this.#renewSometimes(late);
      }
    });
  }

  /** Only the half that is late: the other one is proven by it. */
  #renewSometimes(late: 'unsent' | 'overdue'): void {
    this.#lateTicks += 1;
    if (this.#lateTicks % RENEW_EVERY_TICKS !== 0) {
      return;
    }
    if (late === 'unsent') {
      this.#publisher.renew();
      return;
    }
    const { trouble } = this.#subscriber;
    if (trouble !== undefined) {
      this.#complain(`listening on the local replica: ${trouble}`);
    }
    this.#subscriber.renew();
  }

  #tellWord(): void {
    const word = this.#own.due(this.#options.clock.nowMs());
    if (word === undefined) {
      return;
    }
    const sent = this.#publisher.send([word]);
    if (sent === undefined) {
      this.#own.untold();
      return;
    }
    void sent.then((refusal) => {
      // A connection that ended shows as a beat that is not sent.
      if (refusal !== undefined && this.#publisher.trouble === undefined) {
        this.#complain(`telling this host's word: ${refusal}`);
      }
    });
  }

  #complain(detail: string): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#complainedAtMs >= COMPLAINT_EVERY_MS) {
      this.#complainedAtMs = nowMs;
      this.#options.onTrouble(detail);
    }
  }

  #hear(channel: string, message: string): void {
    const { node } = this.#options;
    if (channel.startsWith('holdline:beat:')) {
      this.#beat.hear(message);
      return;
    }
    try {
      if (channel === questionChannel(node)) {
        this.#answer(message);
      } else {
        this.#hearAnswer(message);
      }
    } catch (error) {
      this.#complain(`a message on ${channel}: ${detailOfError(error)}`);
    }
  }

  /** Whoever asks may be a standby that is not known yet, and is asked in return. */
  #answer(message: string): void {
    const question = this.#questions.take(message);
    if (question === undefined) {
      return;
    }
    const { word, command } = this.#own.tell(this.#options.clock.nowMs());
    // The key first: what is read there is never older than an answer.
    void this.#publisher.send([command, this.#questions.answer(question, word)]);
    if (!this.#reader.near.has(question.from)) {
      this.ask([question.from]);
    }
  }

  #hearAnswer(message: string): void {
    const heard = this.#questions.hear(message);
    const word = heard && this.#reader.meet(heard.node, heard.word);
    if (heard !== undefined && word !== undefined) {
      this.#listener({ ...heard, word });
    }
  }
}
