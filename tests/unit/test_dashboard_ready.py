"""`/readyz` of `ccm dashboard`: pages without their ledger are of no use, and say so."""

import asyncio

import httpx
import pytest
from prometheus_client import CollectorRegistry

from pipeline.config import Settings
from pipeline.errors import StoreError
from pipeline.ledger import Ledger
from pipeline.scaled import build_dashboard


class Shaky(Ledger):
    """A ledger that can be taken away."""

    is_up = True

    def check(self) -> None:
        if not self.is_up:
            raise StoreError("the ledger at postgresql://ccm:***@db/ccm cannot be used")


async def _get(app: object, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # any ASGI application
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path)


@pytest.mark.parametrize("is_up", [True, False])
def test_the_dashboard_is_ready_while_its_ledger_answers(is_up: bool) -> None:
    """It stays alive either way: to end it would mend nothing."""
    ledger = Shaky("sqlite://")
    ledger.is_up = is_up
    app = build_dashboard(Settings(), ledger, CollectorRegistry())
    answer = asyncio.run(_get(app, "/readyz"))
    assert answer.status_code == (200 if is_up else 503)
    assert is_up or "cannot be used" in answer.json()["detail"]
    assert asyncio.run(_get(app, "/healthz")).status_code == 200
    ledger.close()
