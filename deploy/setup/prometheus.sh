#!/usr/bin/env bash
# Makes sure that Prometheus and its Alertmanager, with promtool and amtool, are there for the tests,
# which start servers of their own in temporary folders. Where they cannot be installed it says so
# loudly and lets the tests decide: they skip, or fail when CI=true.
set -euo pipefail

say() { echo "setup: $*" >&2; }
has() { command -v "$1" >/dev/null; }

# Debian calls the server prometheus-alertmanager, everybody else alertmanager.
has_all() {
    has prometheus && has promtool && has amtool && { has prometheus-alertmanager || has alertmanager; }
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1 </dev/null
}

# Debian's packages start their servers as they are installed. Nobody asked for those: the tests
# start theirs. A policy of ours keeps services from starting meanwhile.
without_default_servers() {
    [[ -e /usr/sbin/policy-rc.d ]] && { "$@"; return; }
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    "$@" && local status=0 || local status=$?
    rm -f /usr/sbin/policy-rc.d
    return "$status"
}

if has_all; then exit 0; fi

if [[ $(id -u) -eq 0 ]] && has apt-get; then
    say "installing prometheus and prometheus-alertmanager with apt-get (once; about 70 MB)"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if apt update -qq &&
        without_default_servers apt install -y -qq --no-install-recommends prometheus prometheus-alertmanager &&
        has_all; then
        exit 0
    fi
    say "apt-get failed; its last words:"
    tail -n 5 "$log" >&2
fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO PROMETHEUS OR ALERTMANAGER: rules and routes cannot be tested.
setup: Install them and run again:
setup:   Debian:   sudo apt-get install prometheus prometheus-alertmanager
setup:   others:   put prometheus, promtool, alertmanager and amtool on the PATH
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
