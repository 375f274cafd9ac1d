#!/usr/bin/env bash
# `npm test`: all the set-up, then everything that a commit must pass.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh
exec bash scripts/check.sh
