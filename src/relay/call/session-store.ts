// What the relay tells whoever keeps its calls for its peers (Redis), and the promise that goes with
// it: none of these may wait, throw or take long, for they are called from the path of the media.

import type { CallRecord } from './record.js';

/** Whose call it is: set up here, or taken over from the peer that has this database. */
export type Holder =
  { readonly kind: 'own' } | { readonly kind: 'foreign'; readonly database: number };

export interface HeldCall {
  readonly record: CallRecord;
  readonly holder: Holder;
}

export interface SessionStore {
  /** The call is new here, or its record has changed: signalled, or an endpoint was learned. */
  changed(call: HeldCall): void;
  /** A foreign call has its first packet since it was taken: its media comes here now. */
  woken(call: HeldCall): void;
  ended(call: HeldCall): void;
}

/** A relay without a peer. */
export const NO_STORE: SessionStore = {
  changed: () => undefined,
  woken: () => undefined,
  ended: () => undefined,
};
