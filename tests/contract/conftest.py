"""What all contracts share."""

import pytest

from pipeline.ledger import keeping


@pytest.fixture(autouse=True)
def every_census_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine even that of two cases takes long, and figures would be kept for a while;
    what then happens is tested with a clock (`tests/unit/test_keeping.py`)."""
    monkeypatch.setattr(keeping, "QUICK_SECONDS", 60.0)
