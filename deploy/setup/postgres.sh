#!/usr/bin/env bash
# Makes sure that PostgreSQL's programs are there for the tests, which start servers of their own in
# temporary folders. Where they cannot be installed it says so loudly and lets the tests decide:
# they skip, or fail when CI=true.
set -euo pipefail

source "$(dirname "$0")/debian.sh"

find_server() {
    local program
    for program in /usr/lib/postgresql/*/bin/initdb; do
        if [[ -x $program ]]; then return; fi
    done
    command -v initdb >/dev/null && command -v postgres >/dev/null
}

# Debian's package makes a cluster and starts it. Nobody asked for that one: the tests start theirs.
without_default_cluster() {
    sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
}

if find_server; then exit 0; fi

if can_install; then
    say "installing postgresql with apt-get (once; about 60 MB)"
    if apt update -qq && apt_install postgresql-common && without_default_cluster &&
        apt_install postgresql && find_server; then
        exit 0
    fi
    failed apt-get
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
