"""A worker's own port: ready when it is, with its figures; SIGTERM reprocesses nothing."""

import json
from pathlib import Path

import httpx
import pytest

from tests.failures.checker import assert_nothing_is_lost
from tests.failures.nemesis import SEED, replayable
from tests.failures.system import LEFT, System, running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker
from tests.services.postgres import PostgresServer
from tests.services.processes import LOOPBACK, free_port

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(150)]
HERE = "tests/failures/test_health.py"


class Port:
    """What machines ask of a worker."""

    def __init__(self) -> None:
        self.number = free_port()

    def status(self, path: str) -> int | None:
        """The status code; None where nobody answers."""
        try:
            return self._get(path).status_code
        except httpx.TransportError:
            return None

    def metric(self, name: str) -> float:
        """The sum of all samples of a name."""
        lines = self._get("/metrics").text.splitlines()
        return sum(float(one.split()[-1]) for one in lines if one.split("{")[0].split()[0] == name)

    def _get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://{LOOPBACK}:{self.number}{path}", timeout=10)


def test_a_worker_tells_the_truth_about_itself(
    kafka_broker: KafkaBroker, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Ready once it has recovered, not while the ledger is away; it counts what is in the log."""
    journeys, port = Journeys(journeys=10, seed=SEED), Port()
    environment = {"CCM_HEALTH_PORT": str(port.number), "CCM_LOGS_FORMAT": "json"}
    with (
        replayable(HERE),
        postgres_server.database() as url,
        running(tmp_path, kafka_broker.address, url, workers=1, environment=environment) as system,
    ):
        system.wait_until(lambda: port.status("/readyz") == httpx.codes.OK, "never ready")
        with Traffic(system, journeys.lines, 2, SEED) as traffic:
            pass
        system.wait_until_at_rest()
        assert port.metric("ccm_records_total") >= len(journeys.lines)
        assert port.metric("ccm_partitions") == system.settings.kafka.partitions
        assert port.metric("ccm_lag_records") == 0
        assert port.metric("ccm_verdict_changes_total") > 0
        assert port.metric("ccm_record_age_seconds_count") > 0
        postgres_server.stop()
        system.wait_until(
            lambda: port.status("/readyz") == httpx.codes.SERVICE_UNAVAILABLE,
            "ready without ledger",
        )
        assert port.status("/healthz") == httpx.codes.OK
        postgres_server.start()
        system.wait_until(lambda: port.status("/readyz") == httpx.codes.OK, "not ready again")
        assert_nothing_is_lost(system, traffic.acknowledged)
        _leave_and_come_back(system, port)
        _assert_logs_are_clean(system, url)


def _leave_and_come_back(system: System, port: Port) -> None:
    """A worker that was told to leave has committed all: the next one finds nothing to do."""
    (place,) = system.living()
    assert system.dismiss_worker(place) == LEFT
    assert port.status("/healthz") is None
    system.start_worker()
    system.wait_until(lambda: port.status("/readyz") == httpx.codes.OK, "never ready")
    system.wait_until_at_rest()
    assert port.metric("ccm_records_total") == 0


def _assert_logs_are_clean(system: System, url: str) -> None:
    """JSON lines, without the database's password and without what customers wrote."""
    secret = url.split(":")[2].split("@", maxsplit=1)[0]
    for path in system.home.glob("worker-*.log"):
        for line in path.read_text().splitlines():
            assert json.loads(line)["message"]
            assert secret not in line
            assert "refund" not in line.lower()
