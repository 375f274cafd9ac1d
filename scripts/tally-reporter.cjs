// Mocha's usual output, and the numbers in a file for .ci/run.
const { mkdirSync, writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class TallyReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      mkdirSync('build', { recursive: true });
      writeFileSync('build/tally.json', JSON.stringify({ passes, failures, pending }));
    });
  }
};
