import type { State } from '../../domain/machine.js';
import type { Vip } from '../../domain/route.js';
import type { ParityView, VipParityView } from '../../ports/status-view.js';

/** The comparison by Call-ID, in all and for each VIP; null before the first one has ended. */
export function viewParity(vips: readonly Vip[], { evidence }: State): ParityView | null {
  const compared = vips.flatMap((vip) => viewVip(vip, evidence.callParity));
  if (compared.length === 0) {
    return null;
  }
  const sum = (key: 'expected' | 'held' | 'missing' | 'extra'): number =>
    compared.reduce((total, each) => total + each[key], 0);
  return {
    expected: sum('expected'),
    held: sum('held'),
    missing: sum('missing'),
    extra: sum('extra'),
    vips: compared,
  };
}

function viewVip(vip: Vip, known: State['evidence']['callParity']): readonly VipParityView[] {
  const { name, database } = vip;
  const compared = database === undefined ? undefined : known.compared[database];
  if (database === undefined || compared === undefined) {
    return [];
  }
  const repaired = known.repaired[database];
  const { side, expected, held, missing, extra, samples, atMs } = compared;
  return [
    {
      vip: name,
      side,
      ...{ database, expected, held, missing, extra, samples },
      at: new Date(atMs).toISOString(),
      repair:
        repaired === undefined
          ? null
          : {
              published: repaired.published,
              healed: repaired.healed,
              at: new Date(repaired.atMs).toISOString(),
            },
    },
  ];
}
