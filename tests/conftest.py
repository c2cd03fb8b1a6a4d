"""What every test may ask for."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

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
    path = REPOSITORY.parent / "shared" / "data"
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
