#!/usr/bin/env bash
# Prints the daemons' files in gobgp-config/ anew from the holdline.yaml beside them.
set -euo pipefail
cd "$(dirname "$0")/.."
for relay in relay-a relay-b; do
  node build/src/cli/main.js render bird -c "gobgp-config/bird/$relay/holdline.yaml" \
    > "gobgp-config/bird/$relay/bird.conf"
  node build/src/cli/main.js render gobgp -c "gobgp-config/gobgp/$relay/holdline.yaml" \
    > "gobgp-config/gobgp/$relay/gobgpd.toml"
  node build/src/cli/main.js render gobgp-bfd -c "gobgp-config/gobgp/$relay/holdline.yaml" \
    > "gobgp-config/gobgp/$relay/bfd.conf"
done
