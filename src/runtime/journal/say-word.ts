// What was heard of the media path, of replication and of the peers, in a sentence each.

import type {
  ForeignCanaryObservation,
  RelayCanaryObservation,
  RelayConditionObservation,
  ReplicationObservation,
} from '../../domain/evidence.js';

export function sayMedia(
  seen: RelayCanaryObservation | ForeignCanaryObservation | RelayConditionObservation,
): string {
  switch (seen.kind) {
    case 'relay-canary':
      return sayCanary(seen);
    case 'foreign-canary':
      return `the relay ${seen.held ? 'holds' : 'does not hold'} the canary call of ${seen.of}`;
    case 'relay-condition':
      return `${CONDITIONS[seen.condition]}: ${seen.holds ? 'yes' : 'no longer'}, ${seen.detail}`;
  }
}

const CONDITIONS = {
  'vip-missing': 'an address of a VIP is missing on this host',
  asked: 'a demotion is asked for',
} as const;

function sayCanary(seen: RelayCanaryObservation): string {
  switch (seen.outcome) {
    case 'heard':
      return `a packet of the canary call was heard again after ${seen.roundTripMs.toFixed(1)} ms`;
    case 'missed':
      return 'a packet of the canary call was not heard again in time';
    case 'absent':
      return `no canary call stands: ${seen.detail}`;
  }
}

export function sayReplication(seen: ReplicationObservation): string {
  switch (seen.kind) {
    case 'redis-beat':
      return sayBeat(seen);
    case 'peer': {
      const ranks = seen.word.vips
        .map(({ name, rank }) =>
          rank === 'withdrawn' ? `${name} ${rank}` : `${name} at rank ${rank}`,
        )
        .join(', ');
      return `${seen.node} says that its relay is ${seen.word.relay}, ${ranks}`;
    }
    case 'parity':
      return (
        `compared by Call-ID, ${seen.missing} of ${seen.expected} calls ` +
        `in database ${seen.database} are missing (${seen.side})`
      );
    case 'repair':
      return (
        `${seen.published} missing calls of database ${seen.database} were told to the relay again, ` +
        `${seen.healed} came back`
      );
  }
}

function sayBeat(seen: Extract<ReplicationObservation, { kind: 'redis-beat' }>): string {
  switch (seen.outcome) {
    case 'seen':
      return `a beat went through the primary to the local replica in ${seen.roundTripMs.toFixed(1)} ms`;
    case 'overdue':
      return `a beat has not reached the local replica for ${Math.round(seen.ageMs)} ms`;
    case 'unsent':
      return `the primary did not take a beat: ${seen.detail}`;
  }
}
