#!/usr/bin/env bash
# Makes sure that Chromium is there for the dashboard's tests: never downloads a browser of its own,
# takes Debian's. Where it cannot be installed it says so loudly and lets the tests decide: they
# skip, or fail when CI=true.
set -euo pipefail

source "$(dirname "$0")/debian.sh"

find_browser() {
    local name
    for name in "${CCM_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [[ -n $name ]] && command -v "$name"; then return; fi
    done
    return 1
}

if find_browser >/dev/null; then exit 0; fi
if from_debian 100 find_browser chromium fonts-dejavu-core; then exit 0; fi

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
