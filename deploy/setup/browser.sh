#!/usr/bin/env bash
# Makes sure that Chromium is there for the dashboard's tests: never downloads a browser of its own,
# takes Debian's. Where it cannot be installed it says so loudly and lets the tests decide: they
# skip, or fail when CI=true.
set -euo pipefail

say() { echo "setup: $*" >&2; }

find_browser() {
    local name
    for name in "${CCM_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [[ -n $name ]] && command -v "$name"; then return; fi
    done
    return 1
}

if find_browser >/dev/null; then exit 0; fi

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    say "installing chromium with apt-get (once; about 100 MB)"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq >"$log" 2>&1 </dev/null &&
        apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >>"$log" 2>&1 </dev/null &&
        find_browser >/dev/null; then
        rm -f "$log"
        exit 0
    fi
    say "apt-get failed; its last words:"
    tail -n 5 "$log" >&2
    rm -f "$log"
fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO CHROMIUM: the dashboard's browser tests cannot run.
setup: Install it and run again:
setup:   Debian:   sudo apt-get install chromium
setup:   Fedora:   sudo dnf install chromium
setup:   other:    set CCM_CHROMIUM=/path/to/chrome
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
