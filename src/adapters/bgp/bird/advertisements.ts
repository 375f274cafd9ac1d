// What each neighbour is sent of our prefixes, as ranks.

import { rankOf, type RankBy } from '../../../domain/attributes.js';
import type { Advertisement } from '../../../domain/route.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import type { ControlConnection } from './control-connection.js';
import { readRoute, requireReply, type BgpProtocol, type RouteAttributes } from './readings.js';
import { isRefusal, textsOf, type Reply } from './reply-reader.js';
import type { RouteGroup } from './route-group.js';

export interface AdvertisementsRequest {
  readonly connection: ControlConnection;
  readonly groups: readonly RouteGroup[];
  readonly bgp: readonly BgpProtocol[];
  readonly rankBy: RankBy;
  readonly signal: AbortSignal;
}

interface Question {
  readonly protocol: BgpProtocol;
  readonly group: RouteGroup;
  readonly prefix: string;
}

const NO_EXPORT_TABLE = /No export table/;
const ROUTE_NOT_FOUND = '8001';

export async function readAdvertisements(
  request: AdvertisementsRequest,
): Promise<readonly Advertisement[]> {
  const { connection, signal, rankBy } = request;
  const questions = questionsOf(request);
  const kept = await connection.send(questions.map(askForExportTable), signal);
  const untold = questions.filter((_question, index) => hasNoExportTable(kept[index]));
  const computed = [...(await connection.send(untold.map(askForExport), signal))];
  return questions.flatMap((question, index) => {
    const reply = hasNoExportTable(kept[index]) ? computed.shift() : kept[index];
    const route = readRoute(requireAnswer(reply), question.prefix);
    return route === undefined ? [] : [toAdvertisement(question, route, rankBy)];
  });
}

function questionsOf({ groups, bgp }: AdvertisementsRequest): readonly Question[] {
  return bgp.flatMap((protocol) =>
    groups
      .filter(({ family }) => protocol.families.includes(family))
      .flatMap((group) => group.prefixes.map((prefix) => ({ protocol, group, prefix }))),
  );
}

function askForExportTable({ protocol, group, prefix }: Question): string {
  return `show route ${prefix} export table '${protocol.name}'.${group.family} all`;
}

function askForExport({ protocol, prefix }: Question): string {
  return `show route ${prefix} export '${protocol.name}' all`;
}

function hasNoExportTable(reply: Reply | undefined): boolean {
  const whole = requireReply(reply);
  return isRefusal(whole) && NO_EXPORT_TABLE.test(textsOf(whole).join(' '));
}

function requireAnswer(reply: Reply | undefined): Reply {
  const whole = requireReply(reply);
  if (isRefusal(whole) && whole.code !== ROUTE_NOT_FOUND) {
    throw new SpeakerError(
      'daemon-refused',
      `BIRD refused to show what it sends: ${whole.code} ${textsOf(whole).join(' ')}`,
    );
  }
  return whole;
}

function toAdvertisement(
  { protocol, group, prefix }: Question,
  route: RouteAttributes,
  rankBy: RankBy,
): Advertisement {
  return {
    neighbour: protocol.neighbour,
    prefix,
    rank: rankOf(group.vip.role, { ...route, prepends: prependsIn(route, protocol) }, rankBy),
    asPath: protocol.external ? [protocol.localAs, ...route.asPath] : route.asPath,
    communities: route.communities,
    med: route.med,
  };
}

/** A path with any other AS in it is not one of ours, and no count stands for it. */
function prependsIn({ asPath }: RouteAttributes, { localAs }: BgpProtocol): number {
  return asPath.every((each) => each === localAs) ? asPath.length : -1;
}
