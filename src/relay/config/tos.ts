import { isScalar } from 'yaml';

import type { Reader } from '../../yaml/readers.js';

const TOS_MAX = 252;
const TOS_STEP = 4;

/** The two lowest bits are for congestion notification and not ours to set. */
export const tos: Reader<number> = (place) => {
  const value = isScalar(place.node) ? place.node.value : undefined;
  const fits =
    typeof value === 'number' && value >= 0 && value <= TOS_MAX && value % TOS_STEP === 0;
  return fits
    ? value
    : place.refuse({ expected: `a multiple of ${TOS_STEP} from 0 to ${TOS_MAX}` });
};
