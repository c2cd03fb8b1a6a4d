#!/usr/bin/env bash
# Makes sure that Dovecot, an IMAP server, is there for the tests, which start servers of their own
# in temporary folders. Where it cannot be installed it says so loudly and lets the tests decide:
# they skip, or fail when CI=true.
set -euo pipefail

say() { echo "setup: $*" >&2; }

find_server() { { [[ -x /usr/sbin/dovecot ]] || command -v dovecot >/dev/null; } && [[ -x /usr/lib/dovecot/imap ]]; }

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1 </dev/null
}

# Debian's package starts a server as it is installed. Nobody asked for that one: the tests start
# theirs. A policy of ours keeps services from starting meanwhile.
without_default_server() {
    [[ -e /usr/sbin/policy-rc.d ]] && { "$@"; return; }
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    "$@" && local status=0 || local status=$?
    rm -f /usr/sbin/policy-rc.d
    return "$status"
}

if find_server; then exit 0; fi

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    say "installing dovecot-imapd with apt-get (once; about 10 MB)"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if apt update -qq && without_default_server apt install -y -qq --no-install-recommends dovecot-imapd &&
        find_server; then
        exit 0
    fi
    say "apt-get failed; its last words:"
    tail -n 5 "$log" >&2
fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO DOVECOT: the tests against a real IMAP server cannot run.
setup: Install it and run again:
setup:   Debian:   sudo apt-get install dovecot-imapd
setup:   Fedora:   sudo dnf install dovecot
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
