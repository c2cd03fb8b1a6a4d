"""What every test may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests.services.dovecot import DovecotServer
from tests.services.kafka import KafkaBroker, KafkaCluster
from tests.services.postgres import PostgresServer
from tests.services.processes import ServiceAbsent

REPOSITORY = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# No deadlines: two cores shared with other work make single examples slow without any fault.
settings.register_profile("dev", deadline=None, print_blob=True)
settings.register_profile(
    "ci",
    deadline=None,
    print_blob=True,
    derandomize=True,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


def skip_or_fail(reason: str) -> NoReturn:
    """Skip loudly on a developer's machine, fail in CI: a check that never ran is not green."""
    if IN_CI:
        pytest.fail(f"{reason} (CI=true turns this skip into a failure)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real public texts that lie beside the checkout and are too large or too free to ship."""
    path = Path(os.environ.get("CCM_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(
            "no shared data beside the checkout (../shared/data): tests on real texts are skipped"
        )
    return path


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium, as Playwright's executable_path."""
    for name in (os.environ.get("CCM_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    skip_or_fail("no Chromium: run `make setup-browser` and do what it says")


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[KafkaBroker]:
    """A real broker; a test that kills it brings it back."""
    try:
        with TemporaryDirectory(prefix="ccm-kafka-") as home, KafkaBroker(Path(home)) as broker:
            yield broker
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


@pytest.fixture(scope="module")
def kafka_cluster() -> Iterator[KafkaCluster]:
    """Three real brokers; a test that kills one brings it back."""
    try:
        with TemporaryDirectory(prefix="ccm-kafka-") as home, KafkaCluster(Path(home)) as cluster:
            yield cluster
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


@pytest.fixture(scope="module")
def dovecot() -> Iterator[DovecotServer]:
    """A real IMAP server, without TLS; a test that stops it starts it again."""
    try:
        with DovecotServer() as server:
            yield server
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real server; take an empty database of it with `with postgres_server.database() as url`."""
    try:
        with PostgresServer() as server:
            yield server
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of this test alone, for SQLAlchemy: what another one left is a finding."""
    with postgres_server.database() as url:
        yield url
