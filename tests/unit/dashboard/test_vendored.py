"""Foreign code in our pages is what its makers published: licensed, and not a byte changed."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.dashboard import routes

VENDOR = routes.STATIC / "vendor"
TOLD = json.loads((VENDOR / "vendored.json").read_text("utf-8"))
PERMISSIVE = {"0BSD", "MIT", "BSD-3-Clause", "Apache-2.0", "ISC"}


def files(folder: Path) -> set[str]:
    """The names of what lies in a folder."""
    return {one.name for one in folder.iterdir()}


def test_nothing_lies_here_that_is_not_told() -> None:
    """And nothing is told that does not lie here."""
    assert files(VENDOR) == {*TOLD, "vendored.json"}
    for name, package in TOLD.items():
        assert files(VENDOR / name) == set(package["files"])


@pytest.mark.parametrize("name", TOLD)
def test_each_file_is_as_it_was_published(name: str) -> None:
    """To renew one: `npm pack PACKAGE@VERSION`, copy its dist, and write the new digests."""
    package = TOLD[name]
    for file, told in package["files"].items():
        found = sha256((VENDOR / name / file).read_bytes()).hexdigest()
        assert f"sha256:{found}" == told, f"{name}/{file} is not that of {package['version']}"
    assert package["licence"] in PERMISSIVE
    assert "LICENSE" in package["files"]
