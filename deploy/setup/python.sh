#!/usr/bin/env bash
# Makes .venv and installs one lock file into it, then the project itself. Safe to repeat.
# Usage: deploy/setup/python.sh LOCKFILE        (PYTHON=… chooses the interpreter)
set -euo pipefail
cd "$(dirname "$0")/../.."

lock=${1:?usage: deploy/setup/python.sh LOCKFILE}
venv_python=.venv/bin/python
probe='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'

say() { echo "setup: $*" >&2; }
suits() { "$1" -c "$probe" >/dev/null 2>&1; }

find_python() {
    # A name on PATH may be a shim that fails: only an interpreter that really runs will do.
    local name
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if suits "$name"; then echo "$name"; return; fi
    done
    say "no usable Python 3.11, 3.12 or 3.13 among: ${PYTHON:-python3.13 python3.12 python3.11 python3 python}"
    say "install one (on Debian or Ubuntu: apt-get install python3 python3-pip), or set PYTHON=/path/to/python3.12"
    return 1
}

make_venv() {
    local python
    python=$(find_python)
    say "creating .venv with $("$python" --version 2>&1) ($python)"
    rm -rf .venv
    if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$python" -m venv .venv
    else
        # Debian without python3-venv: an empty environment, filled by the pip outside of it.
        "$python" -m venv --without-pip .venv
        "$python" -m pip --python "$venv_python" install --quiet pip
    fi
}

# uv is several times faster, but does not read pip's settings: where it fails (a mirror or a
# certificate that only pip knows, an odd platform), pip does the same work.
uv_works=yes
install() {
    if [[ $uv_works == yes && -x .venv/bin/uv ]]; then
        if .venv/bin/uv pip install --quiet --python "$venv_python" "$@"; then return; fi
        uv_works=no
        say "uv did not manage; installing with pip, which takes a little longer"
    fi
    "$venv_python" -m pip install --quiet --disable-pip-version-check "$@"
}

suits "$venv_python" || make_venv
if [[ ! -x .venv/bin/uv ]]; then
    "$venv_python" -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1' ||
        say "uv is not to be had here; going on with pip"
fi
say "installing $(grep -c '==' "$lock") locked packages from $lock"
install --require-hashes --requirement "$lock"
say "installing the project itself (editable)"
install --no-deps --editable .
say "done: .venv/bin/ccm"
