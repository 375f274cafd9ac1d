import type { RelayView } from '../../ports/status-view.js';

/** The relay's settings that are better changed, one sentence each. */
export function dangerLines({ dangers }: RelayView): readonly string[] {
  return (dangers ?? []).map(
    ({ setting, value, does, recommended }) =>
      `DANGER ${setting} is ${value}: ${does}; recommended: ${recommended}`,
  );
}
