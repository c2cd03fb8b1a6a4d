"""`ccm risk` as a user meets it: it lists, it measures, and it learns only where it can."""

import json
from pathlib import Path

from pipeline.config import EngineSettings, Settings
from pipeline.simulation import UNTIL, Plan, simulate
from pipeline.wiring import RISK_FILE, build_embedded
from tests.e2e.test_cli import ccm


def fill(data: Path, journeys: int) -> None:
    """Let an embedded monitor judge simulated journeys as of the end of the simulation."""
    embedded = build_embedded(Settings(engine=EngineSettings(data=data)), clock=lambda: UNTIL)
    lines = list(simulate(Plan(journeys=journeys, seed=5)).lines)
    embedded.inbox.append("test", lines, UNTIL)
    embedded.engine.drain()
    embedded.close()


def test_the_warning_is_listed_measured_and_learnt(tmp_path: Path) -> None:
    """Open cases are listed with reasons; too few cases teach nothing and say how many it takes."""
    fill(tmp_path / "data", 300)
    listed = ccm("risk", "list", "--data", "data", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    refused = ccm("risk", "train", "--data", "data", cwd=tmp_path)
    assert refused.returncode == 2
    assert b"expected 50 or more" in refused.stderr
    measured = ccm("risk", "evaluate", "--journeys", "300", "--data", "data", cwd=tmp_path)
    assert measured.returncode == 0, measured.stderr
    assert b"calibration error" in measured.stdout


def test_a_company_learns_from_its_own_cases(tmp_path: Path) -> None:
    """The file lands in the data directory and is used from then on."""
    fill(tmp_path / "data", 900)
    learnt = ccm("risk", "train", "--data", "data", cwd=tmp_path)
    assert learnt.returncode == 0, learnt.stderr
    assert "cases of us" in json.loads((tmp_path / "data" / RISK_FILE).read_text())["fitted_on"]
    (tmp_path / "data" / RISK_FILE).write_text("{}")
    broken = ccm("risk", "list", "--data", "data", cwd=tmp_path)
    assert broken.returncode == 2
    assert b"ccm risk train" in broken.stderr
