"""Prometheus as it is: a server of its own, in a temporary folder, on a free port of loopback."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.services.processes import LOOPBACK, Child, Service, ServiceAbsent, free_port


class PrometheusServer(Service):
    """One server; as a context it starts, and is cleared away.

    Args:
        home: an empty folder for its files.
        config: the text of ``prometheus.yml``.
    """

    def __init__(self, home: Path, config: str) -> None:
        super().__init__()
        self._program = find_program("prometheus")
        self._home = home
        self._port: Final = free_port()
        (home / "prometheus.yml").write_text(config)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self._port}"

    def start(self) -> Self:
        """Start it, and wait until it serves."""
        command = [
            self._program,
            f"--config.file={self._home / 'prometheus.yml'}",
            f"--storage.tsdb.path={self._home / 'data'}",
            f"--web.listen-address={LOOPBACK}:{self._port}",
            "--log.level=warn",
        ]
        self._child = Child(command, self._home / "prometheus.out")
        self._child.wait_until(self._serves)
        return self

    def query(self, expr: str) -> list[Mapping[str, Any]]:
        """Return the series of an instant query now.

        Raises:
            AssertionError: Prometheus refuses it; the text is what it said.
        """
        return self._ask("query", query=expr)

    def query_range(
        self, expr: str, *, begin: float, end: float, step: float
    ) -> list[Mapping[str, Any]]:
        """Return the series of a query over a time, in seconds since 1970."""
        return self._ask("query_range", query=expr, start=begin, end=end, step=step)

    def _ask(self, path: str, **asked: object) -> list[Mapping[str, Any]]:
        with urlopen(f"{self.address}/api/v1/{path}?{urlencode(asked)}", timeout=30) as answer:
            told = json.load(answer)
        assert told["status"] == "success", told
        found: list[Mapping[str, Any]] = told["data"]["result"]
        return found

    def _serves(self) -> bool:
        try:
            with urlopen(f"{self.address}/-/ready", timeout=2):
                return True
        except (URLError, ConnectionError, TimeoutError):
            return False


def find_program(name: str) -> str:
    """Return where a program of Prometheus is.

    Raises:
        ServiceAbsent: it is not on this machine.
    """
    found = shutil.which(name)
    if found is None:
        raise ServiceAbsent(f"no {name}: run `make setup-services` and do what it says")
    return found
