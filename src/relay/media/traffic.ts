/** What went through one address since the start; every port of it adds its packets. */
export class Traffic {
  packets = 0;
  bytes = 0;
  /** Packets that were not passed on, whatever the cause. */
  errors = 0;
}
