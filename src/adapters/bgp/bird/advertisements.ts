// What each neighbour is sent of our prefixes, as ranks.

import { rankOf, type RankBy } from '../../../domain/attributes.js';
import type { Advertisement } from '../../../domain/route.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import type { ControlConnection } from './control-connection.js';
import { REMEDY } from './layout.js';
import { keepsExportTable } from './export-table.js';
import {
  readProtocols,
  readRoute,
  readSessionState,
  requireReply,
  type BgpProtocol,
  type RouteAttributes,
} from './readings.js';
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
  const questions = questionsOf(request, await establishedOf(request));
  const kept = await connection.send(questions.map(askForExportTable), signal);
  const untold = questions.filter((_question, index) => hasNoExportTable(kept[index]));
  requireUsableTables(request, questions, untold);
  const computed = [...(await connection.send(untold.map(askForExport), signal))];
  return questions.flatMap((question, index) => {
    const reply = hasNoExportTable(kept[index]) ? computed.shift() : kept[index];
    const route = readRoute(requireAnswer(reply), question.prefix);
    return route === undefined ? [] : [toAdvertisement(question, route, rankBy)];
  });
}

/** Without a session nothing is sent, whatever the export filter would make of a route. */
async function establishedOf({
  bgp,
  connection,
  signal,
}: AdvertisementsRequest): Promise<readonly BgpProtocol[]> {
  const looks = bgp.map(({ name }) => `show protocols "${name}"`);
  const rows = (await connection.send(looks, signal)).flatMap(readProtocols);
  const established = rows.filter((row) => readSessionState(row) === 'established');
  const names = new Set(established.map(({ name }) => name));
  return bgp.filter(({ name }) => names.has(name));
}

function requireUsableTables(
  { rankBy }: AdvertisementsRequest,
  questions: readonly Question[],
  untold: readonly Question[],
): void {
  const misleading = questions.find(
    (question) => question.protocol.external && !untold.includes(question),
  );
  if (!keepsExportTable(rankBy) && misleading !== undefined) {
    throw new SpeakerError(
      'daemon-refused',
      `BIRD keeps an export table for ${misleading.protocol.name}, with which it sends no MED to ` +
        `another AS; ${REMEDY}`,
      { disposition: 'give-up' },
    );
  }
}

function questionsOf(
  { groups }: AdvertisementsRequest,
  protocols: readonly BgpProtocol[],
): readonly Question[] {
  return protocols.flatMap((protocol) =>
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
