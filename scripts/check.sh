#!/usr/bin/env bash
# Everything a commit must pass, in the order of how fast it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run --silent build
npm run --silent lint
npm run --silent floors
npm run --silent coverage
