"""deploy/systemd: content to systemd's own tools, and true to the code."""

import shlex
from pathlib import Path

import pytest

from pipeline.config import ReportSettings
from tests.deploy.agreement import DEPLOY, assert_known, assert_parses, run, tool

UNITS = sorted((DEPLOY / "systemd").glob("ccm*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PROGRAM = "/opt/ccm/.venv/bin/ccm"
EXPOSURE_MAX = 20
"""Of 100; what a service without any care has is 96."""


def lines(path: Path, key: str) -> list[str]:
    """The values of a key in a unit."""
    told = (line.partition("=") for line in path.read_text().splitlines())
    return [value for name, _, value in told if name == key]


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The units with a program that is there, each template as its first instance."""
    folder = tmp_path_factory.mktemp("units")
    made = []
    for path in UNITS:
        copy = folder / path.name.replace("@", "@1")
        copy.write_text(path.read_text().replace(PROGRAM, "/bin/true"))
        made.append(copy)
    return made


def test_systemd_understands_the_units(units: list[Path]) -> None:
    """`systemd-analyze verify` says nothing at all."""
    said = run(tool("systemd-analyze"), "verify", "--man=no", *units)
    ours = [line for line in said.splitlines() if "ccm" in line]
    assert ours == []


@pytest.mark.parametrize("service", [path.name.replace("@", "@1") for path in SERVICES])
def test_services_may_do_as_little_as_can_be(units: list[Path], service: str) -> None:
    """`systemd-analyze security` rates the exposure low."""
    (path,) = [one for one in units if one.name == service]
    run(tool("systemd-analyze"), "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", path)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_commands_and_settings_are_those_of_the_code(path: Path) -> None:
    """The command parses, every variable is a setting, and a service that ends is started again."""
    (command,) = lines(path, "ExecStart")
    program, *words = shlex.split(command)
    assert program == PROGRAM
    assert_parses(words)
    assert_known(
        one.partition("=")[0] for told in lines(path, "Environment") for one in told.split()
    )
    is_job = lines(path, "Type") == ["oneshot"]
    assert lines(path, "Restart") == ["on-failure" if is_job else "always"]
    assert lines(path, "StartLimitIntervalSec") == ["0"]


def test_the_report_is_due_when_the_settings_say() -> None:
    """The timer's day and time are the defaults of `[report]`; what was missed is made up for."""
    (timer,) = [path for path in UNITS if path.suffix == ".timer"]
    told = ReportSettings()
    assert lines(timer, "OnCalendar") == [f"{told.weekday[:3].title()} *-*-* {told.time}:00"]
    assert lines(timer, "Persistent") == ["true"]
    assert timer.with_suffix(".service") in SERVICES
