#!/usr/bin/env bash
# Makes sure that PostgreSQL's programs are there for the tests, which start servers of their own in
# temporary folders. Where they cannot be installed it says so loudly and lets the tests decide:
# they skip, or fail when CI=true.
set -euo pipefail

say() { echo "setup: $*" >&2; }

find_server() {
    local program
    for program in /usr/lib/postgresql/*/bin/initdb; do
        if [[ -x $program ]]; then return; fi
    done
    command -v initdb >/dev/null && command -v postgres >/dev/null
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1 </dev/null
}

# Debian's package makes a cluster and starts it. Nobody asked for that one: the tests start theirs.
without_default_cluster() {
    sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
}

if find_server; then exit 0; fi

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    say "installing postgresql with apt-get (once; about 60 MB)"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if apt update -qq && apt install -y -qq --no-install-recommends postgresql-common &&
        without_default_cluster && apt install -y -qq --no-install-recommends postgresql &&
        find_server; then
        exit 0
    fi
    say "apt-get failed; its last words:"
    tail -n 5 "$log" >&2
fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO POSTGRESQL: the tests against a real server cannot run.
setup: Install it and run again:
setup:   Debian:   sudo apt-get install postgresql
setup:   Fedora:   sudo dnf install postgresql-server
setup:   other:    have initdb and postgres on PATH
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
