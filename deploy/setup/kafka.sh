#!/usr/bin/env bash
# Makes sure that the Kafka broker can be started: Java 17 or newer, and the jars of
# deploy/kafka/pom.xml in the user's cache. Where they cannot be had it says so loudly and lets the
# tests decide: they skip, or fail when CI=true. Safe to repeat; costs nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
source deploy/setup/debian.sh

pom=deploy/kafka/pom.xml
version=$(sed -n 's|.*<kafka.version>\(.*\)</kafka.version>.*|\1|p' "$pom")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ccm/kafka
jars=$cache/$version

java_suits() {
    local java major
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    major=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || return 1
    [[ -n $major && $major -ge 17 ]]
}

jars_are_there() { cmp -s "$pom" "$jars/pom.xml"; }

install_packages() {
    can_install || return 0
    local wanted=()
    java_suits || wanted+=(default-jdk-headless)
    jars_are_there || has mvn || wanted+=(maven)
    ((${#wanted[@]})) || return 0
    say "installing ${wanted[*]} with apt-get (once)"
    apt update -qq && apt_install "${wanted[@]}" || { failed apt-get; return; }
    # On an older Debian the default is too old.
    java_suits || apt_install openjdk-17-jdk-headless || failed apt-get
}

fetch_jars() {
    has mvn || return 0
    say "fetching Kafka $version with Maven (once; about 45 MB)"
    mkdir -p "$cache"
    local fresh
    fresh=$(mktemp -d "$cache/.fetch-XXXXXX")
    if mvn --batch-mode --quiet --file "$pom" dependency:copy-dependencies \
        -DoutputDirectory="$fresh" >"$log" 2>&1 </dev/null; then
        # Last of all the copy of the pom: with it the folder is complete.
        cp "$pom" "$fresh/pom.xml"
        rm -rf "$jars"
        mv "$fresh" "$jars"
    else
        rm -rf "$fresh"
        failed Maven
    fi
}

if java_suits && jars_are_there; then exit 0; fi

install_packages
if java_suits && ! jars_are_there; then fetch_jars; fi
if java_suits && jars_are_there; then exit 0; fi

cat >&2 <<'WORDS'
setup: ------------------------------------------------------------------------
setup: NO KAFKA: the tests against a real broker, and `make kafka-up`, cannot run.
setup: Install Java 17 or newer and Maven, and run again:
setup:   Debian:   sudo apt-get install default-jdk-headless maven
setup:   Fedora:   sudo dnf install java-17-openjdk-headless maven
setup:   other:    set JAVA_HOME to a Java of at least 17, and have mvn on PATH
setup: Maven fetches the jars: it needs to reach the repository of your settings.xml.
setup: Until then these tests are skipped; with CI=true they fail.
setup: ------------------------------------------------------------------------
WORDS
