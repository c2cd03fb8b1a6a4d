"""A newcomer who follows the README's Kafka section reaches the dashboard, fed through Kafka."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import REPOSITORY, skip_or_fail
from tests.services.java import find_jars, find_java
from tests.services.processes import LOOPBACK, Child, ServiceAbsent, free_port
from tests.test_docs import commands, read

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(200)]
BIN = Path(sys.executable).parent
SECONDS_MAX = 60
LASTING = {"worker", "reader", "gateway", "dashboard"}
"""Commands that run until they are stopped."""


class Newcomer:
    """Types what the section says, in a folder of their own; only the ports differ."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._broker = free_port()
        self.ports = {"8080": free_port(), "8081": free_port()}
        self.running: list[Child] = []
        self._environment = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "CCM_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{self._broker}",
        }

    def types(self, words: list[str]) -> None:
        """Do one command; one that lasts is left running."""
        if words == ["make", "kafka-up"]:
            self.services("kafka-up")
            return
        words = [self._elsewhere(word) for word in words]
        if words[0] == "ccm" and words[1] in LASTING:
            log = self.folder / f"{words[1]}.log"
            command = [str(BIN / "ccm"), *words[1:]]
            self.running.append(Child(command, log, environment=self._environment))
            return
        self._run(words, self.folder)

    def services(self, what: str) -> None:
        """Do what `make kafka-up` and `make kafka-down` do."""
        words = [sys.executable, "-m", "tests.services", what, "--dir", str(self.folder / "kafka")]
        self._run([*words, "--port", str(self._broker)], REPOSITORY)

    def _run(self, words: list[str], folder: Path) -> None:
        done = subprocess.run(
            words, cwd=folder, env=self._environment, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{shlex.join(words)}: {done.stdout!r} {done.stderr!r}"

    def _elsewhere(self, word: str) -> str:
        for told, real in self.ports.items():
            word = word.replace(told, str(real))
        return word

    def address(self, port: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[port]}"

    def said(self) -> str:
        return "\n".join(one.last_words() for one in self.running)

    def wait(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + SECONDS_MAX
        while not holds():
            assert time.monotonic() < until, self.said()
            time.sleep(0.2)


@contextmanager
def newcomer(folder: Path) -> Iterator[Newcomer]:
    made = Newcomer(folder)
    with ExitStack() as ending:
        ending.callback(made.services, "kafka-down")
        try:
            yield made
        finally:
            for one in made.running:
                ending.callback(one.kill if one.runs() else one.stop)


def serves(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).is_success
    except httpx.TransportError:
        return False


def cases(address: str) -> int:
    """How many cases the dashboard knows."""
    told = httpx.get(f"{address}/api/v1/cases", timeout=30).raise_for_status().json()
    return int(told["total"])


def test_the_kafka_section_leads_to_the_dashboard(tmp_path: Path) -> None:
    """Every command in its order; then cases on the dashboard, and an audit without findings."""
    try:
        find_java()
        find_jars()
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))
    section = read("README.md").split("## To Kafka")[1].split("\n## ")[0].split("**To run it")[0]
    typed = list(commands(section))
    assert [words[:2] for words in typed][:3] == [
        ["make", "kafka-up"], ["ccm", "topics"], ["ccm", "worker"]
    ]  # fmt: skip
    with newcomer(tmp_path) as person:
        for words in typed:
            if words[0] == "curl":
                person.wait(lambda: serves(person.address("8081")))
            if words[:2] == ["ccm", "audit"]:
                person.wait(lambda: serves(person.address("8080")))
                person.wait(lambda: cases(person.address("8080")) >= 200)
            person.types(words)
        page = httpx.get(person.address("8080"), timeout=30)
        assert page.is_success
        assert "Went public after trying in private" in page.text
