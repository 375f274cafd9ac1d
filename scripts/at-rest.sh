#!/usr/bin/env bash
# `npm run at-rest -- [WINDOWS] [SECONDS]`: what the sidecar takes while all is well, window by
# window, on one relay host of its own: BIRD and its router, rtpengine without calls, a Redis replica
# and its primary, the configuration of the drill. Needs no root; all of it ends with the command.
# CPU is the run time of every thread in percent of a core, memory the resident set of each process
# and what both take together (their proportional set sizes: shared pages count once).
# V8 still compiles in the first minutes. At the end the memory that the worker touches in 50 ms,
# which is what it costs (docs/decisions/0022) and varies far less than CPU does.
# Exit codes: 0 measured, 1 something did not start or the kernel does not tell.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
if [ "${AT_REST_INSIDE:-}" != yes ]; then
  bash scripts/setup.sh
  exec env AT_REST_INSIDE=yes unshare --user --map-root-user --net --mount --pid --fork \
    --kill-child --mount-proc bash "$0" "$@"
fi

windows=${1:-8}
seconds=${2:-60}
here=$PWD
config=$PWD/gobgp-config
sidecar=(node "$PWD/build/src/cli/main.js")

mount -t tmpfs tmpfs /run
mkdir -p /run/bird /run/holdline /run/netns /run/at-rest
cd /run/at-rest
ip link set lo up
ip netns add router
ip link add to-router type veth peer name to-relay netns router
ip link set to-router up
ip address add 10.0.1.2/24 dev to-router
ip -6 address add fd00:0:0:1::2/64 dev to-router nodad
at_router() { ip netns exec router "$@"; }
at_router ip link set lo up
at_router ip link set to-relay up
at_router ip address add 10.0.1.1/24 dev to-relay
at_router ip -6 address add fd00:0:0:1::1/64 dev to-relay nodad
for address in 10.99.0.1 10.99.0.2 10.0.3.2; do ip address add "$address/32" dev lo; done
for address in 2001:db8:99::1 2001:db8:99::2; do ip -6 address add "$address/128" dev lo nodad; done

# The state file goes into the private /run with everything else.
sed 's#/var/lib/holdline#/run/holdline#' "$config/bird/relay-a/holdline.yaml" > holdline.yaml
"${sidecar[@]}" render bird -c holdline.yaml > bird.conf
bird -c bird.conf -s /run/bird/bird.ctl -f > bird.log 2>&1 &
at_router bird -c "$config/router/bird.conf" -s router.ctl -f > router.log 2>&1 &
redis-server --port 6379 --bind 10.0.3.2 --protected-mode no --save '' > primary.log &
redis-server --port 6379 --bind 127.0.0.1 --save '' --replicaof 10.0.3.2 6379 \
  --notify-keyspace-events KEA > replica.log &
sleep 2
rtpengine --foreground --log-stderr --log-level=4 --table=-1 \
  --interface=a/10.99.0.1 --interface=b/10.99.0.2 --port-min=30000 --port-max=40000 \
  --listen-ng=127.0.0.1:2223 --listen-cli=127.0.0.1:9900 --pidfile=/run/rtpengine.pid \
  --redis=127.0.0.1:6379/1 --redis-write=10.0.3.2:6379/1 --subscribe-keyspace=2 \
  --no-redis-required --timeout=86400 2> rtpengine.log &
sleep 1
"${sidecar[@]}" run -c holdline.yaml > sidecar.log 2>&1 &
guard=$!
sleep 15
worker=$(pgrep -P "$guard" | head -1)
if ! curl --silent --fail http://127.0.0.1:9477/readyz > /dev/null; then
  "${sidecar[@]}" status -c holdline.yaml >&2 || tail -5 sidecar.log >&2
  exit 1
fi

# Nanoseconds that every thread of this process has run.
ran() { awk '{ sum += $1 } END { printf "%.0f", sum }' /proc/"$1"/task/*/schedstat; }
memory() { awk '/^VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$1/status"; }
together() {
  awk '/^Pss:/ { sum += $2 } END { printf "%.0f MB", sum / 1024 }' \
    "/proc/$1/smaps_rollup" "/proc/$2/smaps_rollup"
}
percent() { awk -v ns="$1" -v s="$seconds" 'BEGIN { printf "%.2f %%", ns / s / 1e7 }'; }

printf 'window    guard   worker     both   memory of each, of both\n'
for window in $(seq "$windows"); do
  guard_before=$(ran "$guard")
  worker_before=$(ran "$worker")
  sleep "$seconds"
  guard_ns=$(($(ran "$guard") - guard_before))
  worker_ns=$(($(ran "$worker") - worker_before))
  printf '%6d %8s %8s %8s   %s, %s, %s\n' "$window" "$(percent "$guard_ns")" \
    "$(percent "$worker_ns")" "$(percent $((guard_ns + worker_ns)))" \
    "$(memory "$guard")" "$(memory "$worker")" "$(together "$guard" "$worker")"
done

touched=$(node "$here/scripts/pages-touched.mjs" "$worker")
printf 'pages of 4 kB that the worker touches in 50 ms: %s\n' "$touched"
