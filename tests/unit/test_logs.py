"""Logs: JSON lines where machines read them, and never a secret."""

import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from pipeline.cli.logs import set_up_logs
from pipeline.config import IntakeSettings, LedgerSettings, LogSettings, Settings

TOKEN, PASSWORD = "token-of-the-gateway", "p%40ssword"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put the logging of the test session back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def set_up(style: Literal["text", "json"]) -> None:
    set_up_logs(
        Settings(
            logs=LogSettings(format=style),
            intake=IntakeSettings(token=TOKEN),
            ledger=LedgerSettings(url=f"postgresql+psycopg://ccm:{PASSWORD}@db/ccm"),
        )
    )


def test_machines_read_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, logger, message, and the traceback within its line."""
    set_up("json")
    logging.getLogger("ccm.worker").info("recovered %d partitions\nof 8", 3)
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("ccm").exception("it failed")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["message"] == "recovered 3 partitions\nof 8"
    assert (first["level"], first["logger"]) == ("info", "ccm.worker")
    assert first["at"].endswith("+00:00")
    assert "ValueError: why" in second["exception"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_secrets_are_blotted_out(
    capsys: pytest.CaptureFixture[str], style: Literal["text", "json"]
) -> None:
    """The token and the database's password, written either way, in messages and tracebacks."""
    set_up(style)
    logging.getLogger("library").warning("sent Bearer %s to %s", TOKEN, PASSWORD)
    try:
        raise RuntimeError(f"cannot log in with p@ssword or {TOKEN}")
    except RuntimeError:
        logging.getLogger("ccm").exception("failed")
    said = capsys.readouterr().err
    assert "***" in said
    assert not any(secret in said for secret in (TOKEN, PASSWORD, "p@ssword"))


def test_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Kafka's clients tell of every connection; only their warnings are worth reading."""
    set_up("text")
    logging.getLogger("kafka.conn").info("connecting")
    logging.getLogger("aiokafka").warning("lost the coordinator")
    assert capsys.readouterr().err.count("\n") == 1
