import type { GaugeDefinition } from './gauge.js';

export const DANGERS: GaugeDefinition = {
  name: 'holdline_relay_dangerous_settings',
  help: 'Settings of the relay that make a failure worse; no sample while it does not tell.',
  samples: ({ relay: { dangers } }) => (dangers === null ? [] : [{ value: dangers.length }]),
};
