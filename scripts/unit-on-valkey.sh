#!/usr/bin/env bash
# The tests of everything that speaks to Redis once more, on Valkey. Several files at a time: most of
# their time is waiting. Where Valkey is not installed this says so: Debian 12 has it in its backports
# only, and the set-up adds no foreign suite.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v valkey-server > /dev/null; then
  echo 'valkey: not tested, valkey-server is not installed (Debian 13, or bookworm-backports)'
  exit 0
fi
export HOLDLINE_TEST_STORE=valkey
tests=build/test
exec npx mocha --no-config --require "$tests/support/hooks.js" --timeout 30000 --parallel --jobs 4 \
  --forbid-only --forbid-pending --reporter dot "$tests/relay/store/*.test.js" \
  "$tests"/adapters/redis/{inspect,rights,session-keys,redis-beat,redis-peers,redis-store,redis-clients,sentinel,switch-listener}.test.js
