"""`ccm report` over a real data folder: from the log to a page, a PDF, a table and data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.config import EngineSettings, Settings
from pipeline.report.weeks import last_ended, weeks_until
from pipeline.simulation import Plan, simulate
from pipeline.wiring import LEDGER_FILE, build_embedded
from tests.e2e.test_cli import ccm

Run = Callable[..., tuple[int, bytes, str]]

BEGINS = {"html": b"<!doctype html>", "pdf": b"%PDF-", "csv": b"week,cell,", "json": b"{\n"}
NOW = datetime.now(UTC).replace(microsecond=0)
"""The command takes the present; so do the journeys."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of 400 journeys of the last twenty weeks, and of a dead letter."""
    home = tmp_path_factory.mktemp("report")
    settings = Settings(engine=EngineSettings(data=home / "data", synchronous="normal"))
    embedded = build_embedded(settings, clock=lambda: NOW)
    lines = list(simulate(Plan(journeys=300, seed=7, weeks=20, until=NOW)).lines)
    embedded.inbox.append("test", [*lines, b"no event"], NOW)
    embedded.engine.drain()
    embedded.close()
    return home


@pytest.fixture
def run(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """`ccm report` in this process: its status, stdout and stderr."""
    monkeypatch.chdir(home)

    def report(*words: str) -> tuple[int, bytes, str]:
        status = main(["report", "--data", "data", *words])
        said = capsysbinary.readouterr()
        return status, said.out, said.err.decode()

    return report


def data_of(run: Run, *words: str) -> dict[str, Any]:
    """The report as data."""
    found: dict[str, Any] = json.loads(run("--format", "json", *words)[1])
    return found


@pytest.mark.parametrize("how", BEGINS)
def test_the_suffix_says_the_format(home: Path, run: Run, how: str) -> None:
    """One command for each form; nothing is said where all is well."""
    assert run("--out", f"r.{how}") == (0, b"", "")
    assert (home / f"r.{how}").read_bytes().startswith(BEGINS[how])


def test_without_a_file_it_goes_to_stdout(home: Path, run: Run) -> None:
    """A page where no format is named; the last week that has ended where no week is."""
    done = ccm("report", "--data", "data", cwd=home)
    assert done.stdout.startswith(BEGINS["html"])
    told = data_of(run)
    assert told["week"] == last_ended(datetime.now(UTC), "UTC")
    assert told["unknown"]["dead_letters"] == 1
    assert told["sentence"].endswith(".")


def test_an_internal_report_withholds_nothing(run: Run) -> None:
    """A shared one does, and quotes nobody where a cause has fewer than ten cases."""
    shared, internal = data_of(run), data_of(run, "--internal")
    assert internal["withheld_below"] is None
    assert '"hidden": true' not in json.dumps(internal)
    assert any(topic["hidden"] for topic in shared["figures"]["topics"].values())
    assert (
        sum(week["n"] for week in internal["figures"]["weeks"])
        == (internal["figures"]["overall"]["n"])
    )
    assert all(one["count"] >= 10 for one in shared["causes"]["items"])
    assert any(one["quotes"] for one in shared["causes"]["items"])


def test_quotations_come_without_personal_data(run: Run) -> None:
    """Addresses and handles have placeholders, whatever the pages show."""
    told = data_of(run)
    quotes = " ".join(quote for one in told["causes"]["items"] for quote in one["quotes"])
    assert quotes
    assert "@" not in quotes


def test_it_may_be_made_while_the_monitor_runs(home: Path, run: Run) -> None:
    """It reads; the lock of the engine does not concern it."""
    settings = Settings(engine=EngineSettings(data=home / "data", synchronous="normal"))
    embedded = build_embedded(settings, clock=lambda: NOW)
    try:
        assert run("--out", "beside.csv")[0] == 0
    finally:
        embedded.close()


def test_bad_weeks_and_names_are_refused(home: Path, run: Run) -> None:
    """Each with what to write instead; no file is left behind."""
    later = weeks_until(last_ended(NOW + timedelta(days=80), "UTC"), 1)[0]
    for words, said in (
        (("--week", "47"), "2026-W47"),
        (("--week", later), "has not begun"),
        (("--out", "report.doc"), ".pdf"),
        (("--data", "nowhere"), LEDGER_FILE),
    ):
        status, _, told = run(*words)
        assert status == 2, words
        assert said in told
    assert not (home / "report.doc").exists()
    assert not (home / "nowhere").exists()


def test_an_empty_ledger_gives_a_report_that_says_so(tmp_path: Path, run: Run) -> None:
    """The day of the installation."""
    build_embedded(Settings(engine=EngineSettings(data=tmp_path / "data"))).close()
    assert data_of(run, "--data", str(tmp_path / "data"))["sentence"].startswith("No complaint was")
