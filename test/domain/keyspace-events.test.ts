import assert from 'node:assert/strict';

import { tellsOfSessions } from '../../src/domain/keyspace-events.js';

describe('notify-keyspace-events', () => {
  for (const [setting, enough] of [
    ['', false],
    ['KEA', true],
    ['AKE', true],
    ['K$g', true],
    ['KA', true],
    ['EA', false],
    ['K$', false],
    ['Kg', false],
  ] as const) {
    const verb = enough ? 'tells' : 'does not tell';
    it(`${verb} a relay of sessions when it is "${setting}"`, () =>
      assert.equal(tellsOfSessions(setting), enough));
  }
});
