"""Java, and the jars of the broker: found where deploy/setup/kafka.sh puts them."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from tests.services.processes import ServiceAbsent

DEPLOY: Final = Path(__file__).resolve().parents[2] / "deploy" / "kafka"
JAVA_VERSION_MIN: Final = 17
REMEDY: Final = "run `make setup-services` and do what it says"
QUICK: Final = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable")
"""Small, and soon there. -Xlog says nothing when the archive of classes is of another Java."""


def java_command(*flags: str) -> list[str]:
    """Return how to start Java with the broker's jars: the main class and its arguments follow."""
    archive = class_archive()
    if archive.exists():
        flags = (f"-XX:SharedArchiveFile={archive}", *flags)
    return [
        find_java(),
        *QUICK,
        *flags,
        f"-Dlog4j2.configurationFile={DEPLOY / 'log4j2.properties'}",
        "-cp",
        os.pathsep.join(map(str, sorted(find_jars().glob("*.jar")))),
    ]


def class_archive() -> Path:
    """Return where the broker's classes lie, parsed in advance: that halves the time to start."""
    return find_jars() / "classes.jsa"


@cache
def find_java() -> str:
    """Return the Java of JAVA_HOME, else of PATH, if it is new enough."""
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    if java is None or shutil.which(java) is None:
        raise ServiceAbsent(f"no Java {JAVA_VERSION_MIN} or newer: {REMEDY}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < JAVA_VERSION_MIN:
        raise ServiceAbsent(f"{java} is older than Java {JAVA_VERSION_MIN}: {REMEDY}")
    return java


@cache
def find_jars() -> Path:
    """Return the folder of the jars that deploy/kafka/pom.xml asks for."""
    pom = (DEPLOY / "pom.xml").read_bytes()
    version = re.search(rb"<kafka.version>(.*)</kafka.version>", pom)
    assert version is not None, "deploy/kafka/pom.xml names no kafka.version"
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    jars = caches / "ccm" / "kafka" / version[1].decode()
    copy = jars / "pom.xml"
    if not copy.exists() or copy.read_bytes() != pom:
        raise ServiceAbsent(f"no Kafka {version[1].decode()} in {jars}: {REMEDY}")
    return jars
