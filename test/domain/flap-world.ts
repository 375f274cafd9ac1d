// One host, as its core sees it, under any series of troubles, beside a peer that answers or not; and
// at its neighbour a router that damps. Time passes in leaps, for hours of it have to.

import { awaitsWord } from '../../src/domain/await-word.js';
import { memoryOf } from '../../src/domain/memory.js';
import { initialState } from '../../src/domain/machine.js';
import { DampingRouter, type Sent } from './damping-router.js';
import { Story } from './story.js';

export const TROUBLES = [
  'crash',
  'silence',
  'mute',
  'slow',
  'vip-missing',
  'called-degraded',
  'sessions-missing',
] as const;

export type Trouble = (typeof TROUBLES)[number];

/** `mute` answers nothing, `unready` says that it would lose calls, `away` that it carries nothing. */
export type Peer = 'ready' | 'unready' | 'away' | 'mute';

const BURST_MS = 50;

/** Doubt, and what comes of it. */
const SHOWN_LOOKS = 8;

const LEAP_MS = 150_000;
const ANSWER_MS = 3;

/** The peer's rank for the home's address, and for its own. */
const SAYS = {
  ready: { rank: 1, own: 0 },
  unready: { rank: 3, own: 2 },
  away: { rank: 'withdrawn', own: 'withdrawn' },
} as const;

export class FlapWorld {
  readonly story: Story;
  peer: Peer;
  nowMs = 0;
  readonly routers = { a: new DampingRouter(0), b: new DampingRouter(1) };
  /** Changes for which there was no room, in words. */
  readonly cramped: string[] = [];
  readonly #troubles = new Set<Trouble>();
  #sequence = 0;

  constructor(peer: Peer) {
    this.peer = peer;
    const degraded = { pingMs: 20, errorShare: undefined, forMs: 100 };
    this.story = Story.healthy({ hearsPeers: true, degraded });
  }

  toggle(trouble: Trouble): void {
    if (!this.#troubles.delete(trouble)) {
      this.#troubles.add(trouble);
    }
    const about = { kind: 'relay-condition' as const, detail: 'as told', atMs: this.nowMs };
    if (trouble === 'vip-missing') {
      const holds = this.#troubles.has(trouble);
      this.story.tell({ ...about, condition: 'vip-missing', holds, vips: ['a'] });
    } else if (trouble === 'called-degraded') {
      this.story.tell({ ...about, condition: 'asked', holds: this.#troubles.has(trouble) });
    }
    this.#follow();
  }

  /** The sidecar is started anew and knows what it has kept. */
  restart(): void {
    const { story } = this;
    const { operator } = story.state.evidence;
    const ranks = [story.rank('a')!, story.rank('b')!] as const;
    story.state = initialState(story.policy, operator, this.nowMs, memoryOf(story.state));
    story.holds(this.nowMs, ranks).confirm(this.nowMs);
    this.#follow();
  }

  /** Looks every 50 ms, as long as one probe's patience or longer. */
  burst(looks: number): void {
    for (let look = 0; look < looks; look += 1) {
      this.#lookAfter(BURST_MS);
    }
  }

  /** Looks until every trouble has shown, then seldom, and whenever a rise is due. */
  pass(forMs: number): void {
    this.burst(SHOWN_LOOKS);
    const endMs = this.nowMs + forMs;
    while (this.nowMs < endMs) {
      const rises = Object.values(this.story.state.vips).map(({ risesAtMs }) => risesAtMs ?? 0);
      const leaps = rises.map((atMs) => atMs - this.nowMs).filter((leapMs) => leapMs > 0);
      this.#lookAfter(Math.min(LEAP_MS, endMs - this.nowMs, ...leaps));
    }
  }

  #lookAfter(forMs: number): void {
    this.nowMs += forMs;
    // First, since words come every second, and would have come in the leap as well.
    this.#hear(undefined);
    this.#lookAtRelay();
    this.story.primary(this.nowMs).replica(this.nowMs);
    this.#follow();
    const askedAtMs = this.nowMs;
    if (awaitsWord(this.story.state, this.story.policy)) {
      this.nowMs += ANSWER_MS;
      this.#hear(askedAtMs);
    }
    this.story.tick(this.nowMs);
    this.#follow();
  }

  #lookAtRelay(): void {
    const { story, nowMs } = this;
    if (this.#troubles.has('crash')) {
      story.connection(nowMs, 'ended').connection(nowMs, 'refused');
      return;
    }
    const silent = this.#troubles.has('silence');
    story.connection(nowMs, 'open');
    if (silent) {
      story.miss(nowMs);
    } else {
      const roundTripMs = this.#troubles.has('slow') ? 40 : 1;
      story.tell({ kind: 'relay-ping', atMs: nowMs, outcome: 'answered', roundTripMs });
      story.count(nowMs, 5, this.#troubles.has('sessions-missing') ? 6 : 7);
    }
    if (this.#troubles.has('mute')) {
      story.unheard(nowMs);
    } else {
      story.heard(nowMs);
    }
  }

  #hear(madeAfterMs: number | undefined): void {
    if (this.peer === 'mute') {
      return;
    }
    const { rank, own } = SAYS[this.peer];
    const vips = [
      { name: 'b', rank: own },
      { name: 'a', rank, of: 'relay-a' },
    ];
    this.#sequence += 1;
    const made = madeAfterMs === undefined ? {} : { madeAfterMs };
    this.story.word(this.nowMs, { vips, sequence: this.#sequence }, made);
    this.#follow();
  }

  /** The router hears of every change at once. */
  #follow(): void {
    for (const vip of ['a', 'b'] as const) {
      const router = this.routers[vip];
      const [from, to] = [router.sent, this.story.rank(vip)!];
      const penalty = router.hear(to, this.nowMs);
      if (from !== to && to !== 'withdrawn' && penalty > 1_000) {
        this.cramped.push(`${vip} ${describe(from)} -> ${to} (${this.story.reason(vip)})`);
      }
    }
  }
}

function describe(sent: Sent): string {
  return String(sent);
}
