#!/usr/bin/env bash
# Makes sure that the files below deploy/ can be checked by their own tools: kustomize (or kubectl,
# which holds it), systemd-analyze, AsyncAPI's schema. The others come from PyPI with the locked packages. Where one
# cannot be had it says so loudly and lets the tests decide: they skip, or fail when CI=true.
set -euo pipefail

kustomize=sigs.k8s.io/kustomize/kustomize/v5@v5.6.0
specs=@asyncapi/specs@6.11.1
bin=${XDG_CACHE_HOME:-$HOME/.cache}/ccm/bin
asyncapi=${XDG_CACHE_HOME:-$HOME/.cache}/ccm/asyncapi-3.0.0.json

source "$(dirname "$0")/debian.sh"

has_kustomize() { has kubectl || has kustomize || [[ -x $bin/kustomize ]]; }

if ! has_kustomize && has go; then
    say "building kustomize with Go (once)"
    GOBIN=$bin go install "$kustomize" >&2 </dev/null || say "go install failed"
fi

has_systemd() { has systemd-analyze; }
has_systemd || from_debian 10 has_systemd systemd || true

# The schema against which our AsyncAPI document is held, as its makers publish it on npm.
if [[ ! -s $asyncapi ]] && has npm; then
    say "fetching AsyncAPI's schema with npm (once)"
    folder=$(mktemp -d)
    { cd "$folder" && npm pack --silent "$specs" >/dev/null && tar xzf ./*.tgz &&
        mkdir -p "$(dirname "$asyncapi")" &&
        mv 'package/schemas/3.0.0-without-$id.json' "$asyncapi"; } || say "npm pack failed"
    cd - >/dev/null
    rm -rf "$folder"
fi

if has_kustomize && has_systemd && [[ -s $asyncapi ]]; then exit 0; fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO KUSTOMIZE, SYSTEMD-ANALYZE or NPM: some documents cannot be checked.
setup: Install them and run again:
setup:   kustomize:        any of kubectl, kustomize, or Go to build it
setup:   systemd-analyze:  Debian: sudo apt-get install systemd
setup:   npm:              Debian: sudo apt-get install npm
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
