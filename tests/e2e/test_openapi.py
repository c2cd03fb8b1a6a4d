"""Schemathesis against the running monitor: what the document says is what is answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.e2e.test_cli import GOLDEN, post, running, wait_for_cases

ENDLESS = "/api/v1/live"
EXAMPLES = 15
"""Requests of each operation."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("message/rfc822", "application/x-ndjson")
def raw_bytes(_: Any, value: Any) -> bytes:
    """Mails and lines go out as they were drawn."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A monitor with a few cases, with no limit that a burst of requests would meet."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    config = folder / "ccm.toml"
    config.write_text(
        "[intake]\ncomplaints_per_minute = 100000\nrequests_per_minute = 100000\n", "utf-8"
    )
    with running(folder / "data", folder, "--config", config) as url:
        post(f"{url}/v1/events", GOLDEN.read_bytes(), "application/x-ndjson")
        wait_for_cases(url, 3)
        yield url


def test_no_request_ends_in_a_server_error(address: str) -> None:
    """Every operation, with what its document allows and with what it does not."""
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    tried = 0
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # a bad document raises here
        if operation.path == ENDLESS:
            continue
        tried += 1
        _try(operation, address)
    assert tried > 10


def _try(operation: Any, address: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        case.call_and_validate(base_url=address, checks=CHECKS, timeout=10)

    call()
