import * as bgp from './bgp.js';
import { budgetIsKept } from './budget.js';
import * as escalation from './escalation.js';
import { maxHoldCoversSettle } from './failback.js';
import * as redis from './redis.js';
import * as relay from './relay.js';
import type { Rule } from './rule.js';
import * as vips from './vips.js';

export const RULES: readonly Rule[] = [
  relay.relayKindNamesItsTarget,
  relay.canaryNeedsNg,
  relay.cliIsOfAnNgRelay,
  relay.slowPingIsBelowTheDeadline,
  vips.vipNamesDiffer,
  vips.prefixesDiffer,
  vips.databasesDiffer,
  vips.standbyIsOfAnotherNode,
  redis.ownDatabaseIsNoRelays,
  redis.vipsNameTheirDatabase,
  bgp.driverHasItsBlock,
  bgp.noBlockForAnotherDriver,
  bgp.gobgpHasNextHops,
  bgp.neighboursDiffer,
  bgp.vipsAreNobodysOwnAddress,
  bgp.localPrefStaysInsideTheAs,
  bgp.prependsLeaveTheAs,
  escalation.stagesAreInOrder,
  escalation.stopCommandGoesWithItsStage,
  maxHoldCoversSettle,
  budgetIsKept,
];
