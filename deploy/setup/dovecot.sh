#!/usr/bin/env bash
# Makes sure that Dovecot, an IMAP server, is there for the tests, which start servers of their own
# in temporary folders. Where it cannot be installed it says so loudly and lets the tests decide:
# they skip, or fail when CI=true.
set -euo pipefail

source "$(dirname "$0")/debian.sh"

find_server() { { [[ -x /usr/sbin/dovecot ]] || command -v dovecot >/dev/null; } && [[ -x /usr/lib/dovecot/imap ]]; }

if find_server; then exit 0; fi
if from_debian 10 find_server dovecot-imapd; then exit 0; fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO DOVECOT: the tests against a real IMAP server cannot run.
setup: Install it and run again:
setup:   Debian:   sudo apt-get install dovecot-imapd
setup:   Fedora:   sudo dnf install dovecot
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
