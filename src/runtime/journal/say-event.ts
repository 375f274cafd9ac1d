// What was seen, in a sentence that reads at three in the morning.

import { sayAct } from '../describe-escalation.js';
import type { RecordedEvent } from '../../ports/journal.js';
import { sayMedia, sayReplication } from './say-word.js';

type EventOf<K extends RecordedEvent['kind']> = Extract<RecordedEvent, { kind: K }>;

export function sayEvent(event: RecordedEvent): string {
  switch (event.kind) {
    case 'relay-ping':
      return sayPing(event);
    case 'relay-connection':
      return sayConnection(event);
    case 'relay-sessions':
      return `the relay counted ${event.own} own and ${event.foreign} foreign sessions`;
    case 'redis-replica':
      return sayReplica(event);
    case 'redis-primary':
      return event.outcome === 'answered'
        ? `the Redis primary answered, at byte ${event.offsetBytes}`
        : `the Redis primary did not answer: ${event.detail}`;
    case 'relay-canary':
    case 'foreign-canary':
    case 'relay-condition':
      return sayMedia(event);
    case 'redis-beat':
    case 'peer':
    case 'parity':
    case 'repair':
      return sayReplication(event);
    case 'speaker':
      return saySpeaker(event);
    case 'escalated':
      return sayEscalated(event);
    case 'declared':
    case 'advertised':
    case 'speaker-failed':
    case 'operator':
    case 'stopping':
    case 'tick':
      return sayRest(event);
  }
}

function sayPing(event: EventOf<'relay-ping'>): string {
  switch (event.outcome) {
    case 'answered':
      return `the relay answered a ping in ${sayMs(event.roundTripMs)}`;
    case 'missed':
      return `a ping to the relay was not answered in time${sayDetail(event.detail)}`;
    case 'refused':
      return 'a ping to the relay was refused: nobody listens on its port';
  }
}

function sayConnection({ state, detail }: EventOf<'relay-connection'>): string {
  switch (state) {
    case 'open':
      return 'the connection to the relay is open';
    case 'ended':
      return `the connection to the relay ended${sayDetail(detail)}`;
    case 'gone':
      return `the process of the relay has ended${sayDetail(detail)}`;
    case 'refused':
      return 'a new connection to the relay was refused: nobody listens any more';
    case 'unclear':
      return `a new connection to the relay was neither taken nor refused${sayDetail(detail)}`;
  }
}

function sayReplica(event: EventOf<'redis-replica'>): string {
  if (event.outcome === 'unanswered') {
    return `the local Redis replica did not answer: ${event.detail}`;
  }
  const keys = Object.entries(event.databaseSizes).map(([number, size]) => `${number}: ${size}`);
  return `the local Redis answered, link ${event.link}, keys ${keys.join(', ')}`;
}

function saySpeaker(event: EventOf<'speaker'>): string {
  if (event.daemon === 'unreachable') {
    return 'the BGP daemon could not be reached';
  }
  const sessions = event.sessions.map(({ neighbour, state }) => `${neighbour} ${state}`);
  const routes = event.held.filter(({ ranks, foreign }) => ranks.length > 0 || foreign).length;
  const said = sessions.length === 0 ? 'no neighbours' : sessions.join(', ');
  return `the BGP daemon holds ${routes} of our routes; ${said}`;
}

function sayEscalated({ act, outcome, neighbours, detail }: EventOf<'escalated'>): string {
  return `${sayAct(act, neighbours)}: ${outcome}${sayDetail(detail)}`;
}

function sayRest(
  event: EventOf<'declared' | 'advertised' | 'speaker-failed' | 'operator' | 'stopping' | 'tick'>,
): string {
  switch (event.kind) {
    case 'declared':
      return 'the BGP daemon had taken every command';
    case 'advertised':
      return 'what the neighbours are sent was read back';
    case 'speaker-failed':
      return `the BGP daemon failed: ${event.detail}`;
    case 'operator':
      return sayOrder(event);
    case 'stopping':
      return `the sidecar was stopped, with on-stop ${event.how}`;
    case 'tick':
      return 'nothing new; a wait was over';
  }
}

/** The orders that stand after it; what was taken back is no longer among them. */
function sayOrder({ operator: { drained, frozen, degraded } }: EventOf<'operator'>): string {
  const orders = [
    ...(drained === undefined ? [] : [`a drain by ${drained.by}: ${drained.why}`]),
    ...(degraded === undefined ? [] : [`${degraded.by} calling it degraded: ${degraded.why}`]),
    ...(frozen === undefined ? [] : [`a freeze by ${frozen.by}: ${frozen.why}`]),
  ];
  return orders.length === 0
    ? 'an order was taken back; none stands any more'
    : `an order was given or taken back; what stands is ${orders.join(' and ')}`;
}

function sayDetail(detail: string | undefined): string {
  return detail === undefined ? '' : `: ${detail}`;
}

function sayMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
