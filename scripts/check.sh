#!/usr/bin/env bash
# Everything a commit must pass, in the order of how fast it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
npm run --silent build
npm run --silent lint
npm run --silent floors
npm run --silent unit:valkey
npm run --silent coverage
