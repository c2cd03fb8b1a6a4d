#!/usr/bin/env bash
# Makes sure that Prometheus and its Alertmanager, with promtool and amtool, are there for the tests,
# which start servers of their own in temporary folders. Where they cannot be installed it says so
# loudly and lets the tests decide: they skip, or fail when CI=true.
set -euo pipefail

source "$(dirname "$0")/debian.sh"

# Debian calls the server prometheus-alertmanager, everybody else alertmanager.
has_all() {
    has prometheus && has promtool && has amtool && { has prometheus-alertmanager || has alertmanager; }
}

if has_all; then exit 0; fi
if from_debian 70 has_all prometheus prometheus-alertmanager; then exit 0; fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO PROMETHEUS OR ALERTMANAGER: rules and routes cannot be tested.
setup: Install them and run again:
setup:   Debian:   sudo apt-get install prometheus prometheus-alertmanager
setup:   others:   put prometheus, promtool, alertmanager and amtool on the PATH
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
