#!/usr/bin/env bash
# Brings a fresh clone to where the drill and the tests run: Node packages, the build, and the
# Debian packages of the real programs. Does only what is missing.
# Exit codes: 0 ready, 2 the machine does not fit, 3 a person has to run the line that is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_OLDEST=20.19.0

node_is_good() {
  command -v node > /dev/null && node -e '
    const [have, want] = [process.versions.node, process.argv[1]].map((v) => v.split(".").map(Number));
    const differs = have.findIndex((part, index) => part !== want[index]);
    process.exit(differs === -1 || have[differs] > want[differs] ? 0 : 1);
  ' "$NODE_OLDEST"
}

if ! node_is_good; then
  echo "setup: Node $NODE_OLDEST or later is needed, got $(node --version 2> /dev/null || echo none)" >&2
  exit 2
fi

bash scripts/packages.sh

# npm writes its own copy of the lock file last; an older one is from another set of packages.
if [ ! -e node_modules/.package-lock.json ] ||
  [ node_modules/.package-lock.json -ot package-lock.json ]; then
  echo 'setup: installing the Node packages of package-lock.json'
  npm ci --no-fund --no-audit --loglevel=error
  touch node_modules/.package-lock.json
fi

npm run --silent build
