#!/usr/bin/env bash
# `npm run drill`: all the set-up, then drills on real programs. Without arguments: the death of a
# relay, once with BIRD and once with GoBGP. Arguments go to `holdline drill`.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
if [ "$#" -gt 0 ]; then
  exec node build/src/cli/main.js drill "$@"
fi
node build/src/cli/main.js drill relay-crash --bgp bird
exec node build/src/cli/main.js drill relay-crash --bgp gobgp
