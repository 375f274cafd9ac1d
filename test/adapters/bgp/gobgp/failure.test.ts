import assert from 'node:assert/strict';

import { failureOf } from '../../../../src/adapters/bgp/gobgp/failure.js';
import { DeadlineError } from '../../../../src/async/deadline.js';

const failures = [
  {
    given: 'no connection',
    code: 14,
    details: 'No connection established',
    is: 'daemon-unreachable',
  },
  { given: 'a dropped stream', code: 1, details: 'Call cancelled', is: 'daemon-unreachable' },
  { given: 'a deadline of gRPC', code: 4, details: 'Deadline exceeded', is: 'daemon-silent' },
  {
    given: 'an oversized reply',
    code: 8,
    details: 'Received message larger than max (2 vs 1)',
    is: 'reply-too-long',
  },
  {
    given: 'a server that is short of something',
    code: 8,
    details: 'Bandwidth exhausted',
    is: 'daemon-unreachable',
  },
  {
    given: 'a reply that cannot be read',
    code: 13,
    details: 'index out of range',
    is: 'reply-unexpected',
  },
  {
    given: 'a daemon without an AS',
    code: 2,
    details: "bgp server hasn't started yet",
    is: 'daemon-unreachable',
  },
  { given: 'a fault in the request', code: 2, details: 'nexthop not found', is: 'daemon-refused' },
  { given: 'another API', code: 12, details: 'unknown service', is: 'daemon-refused' },
] as const;

describe('a failure of a call to GoBGP', () => {
  for (const { given, code, details, is } of failures) {
    it(`is ${is}, given ${given}`, () => {
      const cause = Object.assign(new Error(details), { code, details });
      const failure = failureOf('AddPath', 'unix:///run/api.sock', cause);
      assert.equal(failure.code, is);
      assert.equal(failure.cause, cause);
      assert.match(failure.message, /^AddPath at GoBGP \(unix:\/\/\/run\/api\.sock\) /);
      assert.ok(failure.message.includes(details));
    });
  }

  it('says how long it waited for an answer', () => {
    const failure = failureOf('ListPath', '127.0.0.1:50051', new DeadlineError(250));
    assert.equal(failure.code, 'daemon-silent');
    assert.match(failure.message, /not answered in 250 ms/);
  });

  it('is not made of a fault of our own', () => {
    const fault = new TypeError('undefined is not a function');
    assert.throws(() => failureOf('AddPath', 'x', fault), fault);
  });
});
