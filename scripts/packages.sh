#!/usr/bin/env bash
# Installs the Debian packages whose programs are missing, without starting their services: the
# drill and the tests start programs of their own, in private namespaces.
# Exit codes: 0 all there, 2 this machine does not fit, 3 not root, and the line to run is printed.
set -euo pipefail
cd "$(dirname "$0")/.."
# Daemons stand where an ordinary user's PATH does not look.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

PROGRAMS='rtpengine:rtpengine-daemon redis-server:redis-server redis-cli:redis-tools bird:bird2 gobgpd:gobgpd
  openssl:openssl kamailio:kamailio sipp:sip-tester ip:iproute2 nft:nftables dumpcap:wireshark-common unshare:util-linux'
POLICY=/usr/sbin/policy-rc.d

look_for_missing() {
  missing=()
  local pair
  for pair in $PROGRAMS; do
    command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
  done
}

look_for_missing
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi

if ! command -v apt-get > /dev/null; then
  echo "packages: this is no Debian; install by hand what it calls: ${missing[*]}" >&2
  exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
  echo 'packages: Debian packages are missing; this line installs them and starts no service:' >&2
  echo "  sudo bash $PWD/scripts/packages.sh    # ${missing[*]}" >&2
  exit 3
fi

echo "packages: installing ${missing[*]}"
if [ ! -e "$POLICY" ]; then
  trap 'rm -f "$POLICY"' EXIT
  printf '#!/bin/sh\nexit 101\n' > "$POLICY"
  chmod 755 "$POLICY"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
# Recommended are a kernel module for rtpengine and much else that nothing here uses.
apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" > /dev/null

look_for_missing
if [ "${#missing[@]}" -gt 0 ]; then
  echo "packages: installed, and still not found: the programs of ${missing[*]}" >&2
  exit 2
fi
