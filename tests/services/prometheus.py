"""Prometheus and Alertmanager as they are, in temporary folders, on free ports of loopback."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final, Self
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.services.processes import LOOPBACK, Child, Service, ServiceAbsent, free_port

ADVICE: Final = "run `make setup-services` and do what it says"
SECONDS_MAX: Final = 5.0


class _Web(Service):
    """A server with a web interface, and a folder that goes with it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.port: Final = free_port()
        self._home = Path(tempfile.mkdtemp(prefix=f"ccm-{name}-"))

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def ask(self, path: str, told: Any = None) -> Any:
        """Return the JSON at a path; with ``told`` it is posted."""
        data = None if told is None else json.dumps(told).encode()
        asked = Request(self.url + path, data=data, headers={"content-type": "application/json"})
        with urlopen(asked, timeout=SECONDS_MAX) as answer:
            raw = answer.read()
        return json.loads(raw) if raw.strip() else None

    def clear(self) -> None:
        """Kill it and delete its folder."""
        super().clear()
        shutil.rmtree(self._home, ignore_errors=True)

    def _launch(self, *command: str | Path) -> Self:
        self._child = Child(command, self._home / "server.out").wait_until(self._is_ready)
        return self

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/-/ready", timeout=SECONDS_MAX):
                return True
        except (URLError, OSError):
            return False


class AlertmanagerServer(_Web):
    """One Alertmanager; as a context it starts, and clears everything away.

    Args:
        settings: its configuration, as YAML.
    """

    def __init__(self, settings: str) -> None:
        super().__init__("alertmanager")
        (self._home / "alertmanager.yaml").write_text(settings, "utf-8")

    def start(self) -> Self:
        """Start it, and wait until it serves."""
        return self._launch(
            find_program("prometheus-alertmanager", "alertmanager"),
            f"--config.file={self._home}/alertmanager.yaml",
            f"--storage.path={self._home}/data",
            f"--web.listen-address={LOOPBACK}:{self.port}",
            "--cluster.listen-address=",
            "--log.level=warn",
        )

    def tell(self, alerts: list[dict[str, Any]]) -> None:
        """Post alerts to it."""
        self.ask("/api/v2/alerts", alerts)

    def states(self) -> dict[str, str]:
        """Return the state of every alert that it knows, by name."""
        alerts = self.ask("/api/v2/alerts")
        return {one["labels"]["alertname"]: one["status"]["state"] for one in alerts}


class PrometheusServer(_Web):
    """One Prometheus; as a context it starts, and clears everything away.

    Args:
        targets: what it scrapes every second, as ``host:port``.
        rules: rules, as YAML, evaluated every second.
        alertmanager: ``host:port``, where there is one.
    """

    def __init__(self, targets: list[str], rules: str = "", alertmanager: str = "") -> None:
        super().__init__("prometheus")
        (self._home / "rules.yaml").write_text(rules, "utf-8")
        alertmanagers = [{"static_configs": [{"targets": [alertmanager]}]}] if alertmanager else []
        settings = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yaml"],
            "alerting": {"alertmanagers": alertmanagers},
            "scrape_configs": [{"job_name": "ccm", "static_configs": [{"targets": targets}]}],
        }
        (self._home / "prometheus.yaml").write_text(json.dumps(settings), "utf-8")

    def start(self) -> Self:
        """Start it, and wait until it serves."""
        return self._launch(
            find_program("prometheus"),
            f"--config.file={self._home}/prometheus.yaml",
            f"--storage.tsdb.path={self._home}/data",
            f"--web.listen-address={LOOPBACK}:{self.port}",
            "--log.level=warn",
        )

    def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        alerts = self.ask("/api/v1/alerts")["data"]["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}

    def query(self, expr: str, **more: object) -> list[Any]:
        """Return the series of a query now; with ``start``, ``end`` and ``step`` over that time."""
        path = "query_range" if more else "query"
        found = self.ask(f"/api/v1/{path}?{urlencode({'query': expr, **more})}")
        series: list[Any] = found["data"]["result"]
        return series


def find_program(*names: str) -> Path:
    """Return the first program that there is of several names."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise ServiceAbsent(f"no {names[0]}: {ADVICE}")
    return Path(found)
