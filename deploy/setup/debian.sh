# Sourced by the scripts beside it: how they speak, and how they install Debian's packages.

say() { echo "setup: $*" >&2; }
has() { command -v "$1" >/dev/null; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt() { DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1 </dev/null; }

apt_install() { apt install -y -qq --no-install-recommends "$@"; }

can_install() { [[ $(id -u) -eq 0 ]] && has apt-get; }

# failed WHAT: show what it said last.
failed() {
    say "$1 failed; its last words:"
    tail -n 5 "$log" >&2
}

# Debian's packages start their servers as they are installed. Nobody asked for those: the tests
# start theirs. A policy of ours keeps services from starting meanwhile.
without_servers() {
    [[ -e /usr/sbin/policy-rc.d ]] && { "$@"; return; }
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    "$@" && local status=0 || local status=$?
    rm -f /usr/sbin/policy-rc.d
    return "$status"
}

# from_debian MEGABYTES IS_THERE PACKAGE...: install packages; returns whether IS_THERE says so then.
from_debian() {
    local megabytes=$1 is_there=$2
    shift 2
    can_install || return 1
    say "installing $* with apt-get (once; about $megabytes MB)"
    if apt update -qq && without_servers apt_install "$@" && "$is_there" >/dev/null; then return 0; fi
    failed apt-get
    return 1
}
