import { BirdBench } from './bird-bench.js';
import { claimsOfEverySpeaker, claimsOfRoutedSpeakers } from './bgp-speaker.suite.js';

describe('the BIRD driver', () => {
  describe('as every speaker', () => {
    claimsOfEverySpeaker(() => BirdBench.start());
  });

  describe('as the router sees it', () => {
    claimsOfRoutedSpeakers(() => BirdBench.start());
  });
});
