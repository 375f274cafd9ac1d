// One media stream of a call: the ports that face each party, joined crosswise.

import {
  sameEndpoint,
  type MediaRecord,
  type Pair,
  type PortPair,
  type SideIndex,
  type SideRecord,
} from '../call/record.js';
import type { MediaPort } from './media-port.js';
import type { SidePorts } from './side-ports.js';

export class MediaPair {
  readonly sides: Pair<SidePorts>;
  #applied: Pair<SideRecord> | undefined;

  constructor(sides: Pair<SidePorts>) {
    this.sides = sides;
  }

  get ports(): readonly MediaPort[] {
    return this.sides.flatMap(({ rtp, rtcp }) => [rtp, rtcp]);
  }

  apply(record: MediaRecord): void {
    this.#expect(0, record);
    this.#expect(1, record);
    join(this.sides[0], this.sides[1], record.sides[1].rtcpMux);
    join(this.sides[1], this.sides[0], record.sides[0].rtcpMux);
    this.#applied = record.sides;
  }

  close(): void {
    this.sides.forEach((side) => side.close());
  }

  #expect(side: SideIndex, { sides, clockRatesHz }: MediaRecord): void {
    const { rtp, rtcp } = this.sides[side];
    const { told, learned, asymmetric } = sides[side];
    rtp.counters.clockRatesHz = clockRatesHz;
    if (this.#toldAnew(side, sides[side]) || this.#learnedElsewhere(side, learned)) {
      rtp.expect(told?.rtp ?? null, learned.rtp, asymmetric);
      rtcp.expect(told?.rtcp ?? null, learned.rtcp, asymmetric);
    }
  }

  #toldAnew(side: SideIndex, after: SideRecord): boolean {
    const before = this.#applied?.[side];
    return before?.asymmetric !== after.asymmetric || !samePorts(before.told, after.told);
  }

  /** What the ports learned themselves is no news to them. */
  #learnedElsewhere(side: SideIndex, learned: SideRecord['learned']): boolean {
    const { rtp, rtcp } = this.sides[side];
    return !sameEndpoint(rtp.learned, learned.rtp) || !sameEndpoint(rtcp.learned, learned.rtcp);
  }
}

function samePorts(one: PortPair | null, other: PortPair | null): boolean {
  return (
    sameEndpoint(one?.rtp ?? null, other?.rtp ?? null) &&
    sameEndpoint(one?.rtcp ?? null, other?.rtcp ?? null)
  );
}

function join(from: SidePorts, to: SidePorts, rtcpMux: boolean): void {
  const rtcpOut = rtcpMux ? to.rtp : to.rtcp;
  from.rtp.connect(to.rtp, rtcpOut);
  from.rtcp.connect(to.rtp, rtcpOut);
}
