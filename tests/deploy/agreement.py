"""What the files of deploy/ say, held against the code: commands, settings, addresses."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import CollectorRegistry
from starlette.routing import Route

from pipeline.cli import build_parser
from pipeline.config import Settings
from pipeline.domain.policy import Policy
from pipeline.intake.app import create_pages
from tests.conftest import skip_or_fail

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
ELSEWHERE = {"CCM_INTAKE_TOKEN_FILE"}
"""Names in the environment that are no plain settings; pipeline/config.py reads them too."""


def known_names() -> set[str]:
    """Every name in the environment that the code reads."""
    settings = Settings()
    tables = {item.name: getattr(settings, item.name) for item in fields(settings)}
    names = {
        f"CCM_{name}_{item.name}".upper()
        for name, table in tables.items()
        if is_dataclass(table) and not isinstance(table, Policy)
        for item in fields(table)
    }
    return names | ELSEWHERE


def assert_known(names: Iterable[str]) -> None:
    """Each ``CCM_…`` is a setting; a typing error would be passed over in silence."""
    unknown = {name for name in names if name.startswith("CCM_")} - known_names()
    assert not unknown, f"no such settings: {sorted(unknown)}"


def assert_parses(words: Sequence[str]) -> Any:
    """Return what the real command line makes of ``ccm`` and these words."""
    try:
        return build_parser().parse_args(list(words))
    except SystemExit as leaving:
        raise AssertionError(f"`ccm {' '.join(words)}` does not parse") from leaving


def served_paths() -> set[str]:
    """What machines may ask of every process that serves."""
    routes = create_pages([], Settings(), CollectorRegistry()).routes
    return {route.path for route in routes if isinstance(route, Route)}


def tool(name: str, *places: Path) -> str:
    """Return where a program is, or skip (in CI: fail)."""
    found = shutil.which(name) or next((str(one) for one in places if one.exists()), None)
    if found is None:
        skip_or_fail(f"no {name}: run `make setup-linters` and do what it says")
    return found


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Return what a linter prints; it has to be content."""
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True, text=True, check=False, env=environment, cwd=DEPLOY.parent,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def load(text: str) -> list[dict[str, Any]]:
    """Return the documents of a YAML file."""
    return [one for one in yaml.safe_load_all(text) if one is not None]
