import { claimsOfEverySpeaker, claimsOfRoutedSpeakers } from './bgp-speaker.suite.js';
import { startGobgpBench } from './gobgp-bench.js';

describe('the gobgp driver', () => {
  claimsOfEverySpeaker(startGobgpBench);

  describe('with a router', () => {
    claimsOfRoutedSpeakers(startGobgpBench);
  });
});
