"""`ccm gateway` as a process, and a sender who remembers what was acknowledged."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from tests.services.processes import LOOPBACK, Child, free_port

REPOSITORY: Final = Path(__file__).resolve().parents[2]
TOKEN: Final = "secret-of-the-gateway"
HEADERS: Final = {
    "Authorization": f"Bearer {TOKEN}",
    "Content-Type": "application/x-ndjson",
}
SECONDS_MAX: Final = 30.0


class GatewayProcess:
    """One gateway; it may be killed and started again on the same folder and port.

    Args:
        data: its folder.
        settings: further settings, by their names in the environment.
    """

    def __init__(self, data: Path, settings: Mapping[str, str]) -> None:
        self.data = data
        self.port = free_port()
        self._settings = {
            "CCM_INTAKE_TOKEN": TOKEN,
            "CCM_INTAKE_REQUESTS_PER_MINUTE": "1000000",
            "CCM_LOGS_FORMAT": "json",
            "PYTHONPATH": str(REPOSITORY),
            **settings,
        }
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it serves."""
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pipeline.cli", "gateway", "--data", str(self.data)]
        command += ["--port", str(self.port)]
        self._child = Child(command, self.data / "gateway.log", environment=self._settings)
        self._child.wait_until(self._serves)

    def kill(self) -> None:
        """Kill -9."""
        assert self._child is not None
        self._child.kill()

    def stop(self) -> int | None:
        """SIGTERM; return the exit status."""
        assert self._child is not None
        self._child.stop()
        return self._child.status

    def said(self) -> str:
        """All that it logged."""
        return (self.data / "gateway.log").read_text()

    def get(self, path: str) -> httpx.Response:
        """What it answers to machines."""
        return httpx.get(f"{self.url}{path}", timeout=SECONDS_MAX)

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        found = re.search(rf"^{name} (\S+)$", self.get("/metrics").text, re.MULTILINE)
        assert found is not None, f"no {name} at /metrics"
        return float(found[1])

    def clear(self) -> None:
        """Kill it if it still runs."""
        if self._child is not None and self._child.runs():
            self._child.kill()

    def _serves(self) -> bool:
        try:
            return self.get("/healthz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


class Sender:
    """Posts lines, and notes which were acknowledged. May be used from several threads."""

    def __init__(self, gateway: GatewayProcess) -> None:
        self.acknowledged: list[bytes] = []
        self.refused: list[httpx.Response] = []
        self._gateway = gateway

    def post(self, lines: Sequence[bytes]) -> httpx.Response | None:
        """Send lines once; None where the gateway died on them."""
        body = b"\n".join(lines)
        try:
            answer = httpx.post(
                f"{self._gateway.url}/v1/events", content=body, headers=HEADERS, timeout=SECONDS_MAX
            )
        except httpx.TransportError:
            return None
        if answer.is_success:
            self.acknowledged += lines
        else:
            self.refused.append(answer)
        return answer


def settings_of(broker: str, prefix: str, **more: Any) -> dict[str, str]:
    """The settings of a gateway in front of a broker."""
    told = {f"CCM_{name}".upper(): str(value) for name, value in more.items()}
    return {
        "CCM_KAFKA_BOOTSTRAP": broker,
        "CCM_KAFKA_PREFIX": prefix,
        "CCM_KAFKA_PARTITIONS": "3",
        "CCM_KAFKA_DELIVERY_SECONDS": "3",
        **told,
    }
