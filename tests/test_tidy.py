"""The house rules hold for the whole tree, and each rule is shown to bite on a bad sample."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests import tidy

REPOSITORY = Path(__file__).resolve().parent.parent
CODE_SUFFIXES = {"", ".cfg", ".css", ".html", ".ini", ".j2", ".js", ".json", ".lock", ".md"}
CODE_SUFFIXES |= {".py", ".sh", ".sql", ".toml", ".txt", ".yaml", ".yml"}

Rule = Callable[[str, str], Iterator[str]]


def tracked() -> list[Path]:
    """Every file that is, or by `git add` would be, part of the project."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"not a git checkout, so what belongs to the project is unknown: {error}")
    paths = (REPOSITORY / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def modules(*packages: str) -> list[Path]:
    """The Python modules below these directories."""
    return sorted(path for package in packages for path in (REPOSITORY / package).rglob("*.py"))


def texts(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Name and text of each file that can be read as text."""
    for path in paths:
        try:
            yield str(path.relative_to(REPOSITORY)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def assert_tidy(rule: Rule, paths: Iterable[Path]) -> None:
    """No file breaks the rule; the message is the list of mends."""
    findings = [finding for name, text in texts(paths) for finding in rule(name, text)]
    assert not findings, "\n" + "\n".join(findings)


LIBRARY_RULES = [tidy.too_long, tidy.missing_docstrings]
DOMAIN_RULES = [tidy.impure_imports, tidy.clock_reads]
EVERYWHERE_RULES = [tidy.machine_paths, tidy.registry_addresses, tidy.unowned_todos]


@pytest.mark.parametrize("rule", LIBRARY_RULES)
def test_library_code_keeps_the_rule(rule: Rule) -> None:
    """Modules of pipeline and models are short and documented."""
    assert_tidy(rule, modules("pipeline", "models"))


@pytest.mark.parametrize("rule", DOMAIN_RULES)
def test_domain_keeps_the_rule(rule: Rule) -> None:
    """The domain is pure: the standard library alone, and never a clock."""
    paths = modules("pipeline/domain")
    assert paths, "pipeline/domain is gone: mend this test if the pure core has moved"
    assert_tidy(rule, paths)


def test_library_code_does_not_print() -> None:
    """Only the command line speaks to the terminal."""
    cli = REPOSITORY / "pipeline" / "cli"
    paths = modules("pipeline", "models")
    assert_tidy(
        tidy.prints,
        (path for path in paths if path != cli.with_suffix(".py") and cli not in path.parents),
    )


def test_silenced_checkers_are_explained() -> None:
    """Every silenced checker has its code and a reason."""
    assert_tidy(tidy.unexplained_silence, modules("pipeline", "models", "tests"))


@pytest.mark.parametrize("rule", EVERYWHERE_RULES)
def test_the_whole_tree_keeps_the_rule(rule: Rule) -> None:
    """No machine's paths, no registries, no unowned work anywhere in code and documents."""
    assert_tidy(rule, (path for path in tracked() if path.suffix in CODE_SUFFIXES))


def test_pages_load_nothing_from_other_hosts() -> None:
    """The dashboard works without the internet."""
    pages = (path for path in tracked() if path.suffix in {".html", ".j2", ".svg"})
    assert_tidy(tidy.foreign_assets, pages)


def test_top_level_holds_only_the_agreed_names() -> None:
    """The layout is the one that the user asked for."""
    findings = list(tidy.strangers(path.relative_to(REPOSITORY).parts[0] for path in tracked()))
    assert not findings, "\n" + "\n".join(findings)


@pytest.mark.parametrize("package", ["pipeline", "models"])
def test_packages_are_marked_as_typed(package: str) -> None:
    """Users of the wheel get our types."""
    assert (REPOSITORY / package / "py.typed").is_file(), f"touch {package}/py.typed"


# ------------------------------------------------------------------------- the rules really bite

# The pluses keep these samples from breaking the very rules that they are samples of.
BAD: list[tuple[Rule, str]] = [
    (tidy.too_long, "x = 1\n" * (tidy.LINES_MAX + 1)),
    (tidy.prints, "def f() -> None:\n    print('hello')\n"),
    (tidy.impure_imports, "import msgspec\n"),
    (tidy.impure_imports, "from sqlalchemy.orm import Session\n"),
    (tidy.impure_imports, "from pipeline.wire import decode\n"),
    (tidy.impure_imports, "from pipeline import config\n"),
    (tidy.impure_imports, "import time\n"),
    (tidy.impure_imports, "from os import environ\n"),
    (tidy.impure_imports, "def f() -> None:\n    import random\n"),
    (tidy.clock_reads, "now = datetime.now(UTC)\n"),
    (tidy.clock_reads, "now = datetime.datetime.utcnow()\n"),
    (tidy.clock_reads, "day = date.today()\n"),
    (tidy.clock_reads, "t = time.monotonic()\n"),
    (tidy.clock_reads, "clock = datetime.now\n"),
    (tidy.missing_docstrings, "x = 1\n"),
    (tidy.missing_docstrings, '"""M."""\ndef f() -> None: ...\n'),
    (tidy.missing_docstrings, '"""M."""\nclass C:\n    x = 1\n'),
    (tidy.unexplained_silence, "x = 1  # no" + "qa\n"),
    (tidy.unexplained_silence, "x = 1  # no" + "qa: E501\n"),
    (tidy.unexplained_silence, "x = 1  # no" + "qa: E501, S608\n"),
    (tidy.unexplained_silence, "x = 1  # no" + "qa  # because I say so\n"),
    (tidy.unexplained_silence, "x = 1  # type: ig" + "nore\n"),
    (tidy.unexplained_silence, "x = 1  # type: ig" + "nore[arg-type]\n"),
    (tidy.unowned_todos, "# TO" + "DO: mend this\n"),
    (tidy.unowned_todos, "# FIX" + "ME (soon)\n"),
    (tidy.machine_paths, "path = '/wo" + "rk/x'\n"),
    (tidy.machine_paths, "see /ro" + "ot/.cache\n"),
    (tidy.machine_paths, "cd /ho" + "me/anna/src\n"),
    (tidy.machine_paths, "see ../.lib" + "rary/README\n"),
    (tidy.registry_addresses, "pip install --index-" + "url=https://example.org x\n"),
    (tidy.registry_addresses, "https://pypi.org/sim" + "ple/x\n"),
    (tidy.foreign_assets, '<script src="https://cdn.example.org/x.js"></script>\n'),
    (tidy.foreign_assets, '<link rel="stylesheet" href="//cdn.example.org/x.css">\n'),
]

GOOD: list[tuple[Rule, str]] = [
    (tidy.too_long, "x = 1\n" * tidy.LINES_MAX),
    (tidy.prints, "def f() -> None:\n    log.info('print(x)')\n"),
    (tidy.impure_imports, "from datetime import datetime\nfrom . import events\n"),
    (tidy.impure_imports, "from pipeline.domain.events import Event\n"),
    (tidy.impure_imports, "from pipeline import errors\nimport pipeline.errors\n"),
    (tidy.clock_reads, "day = as_of.date()\nat = event.time\nnow = as_of\n"),
    (tidy.missing_docstrings, '"""M."""\ndef f() -> None:\n    """F."""\ndef _g() -> None: ...\n'),
    (tidy.missing_docstrings, ""),
    (tidy.unexplained_silence, "x = 1  # no" + "qa: S608  # the table name is a constant\n"),
    (tidy.unexplained_silence, "x = 1  # no" + "qa: S608 - the table name is a constant\n"),
    (tidy.unexplained_silence, "x = 1  # type: ig" + "nore[misc]  # the stub is wrong\n"),
    (tidy.unowned_todos, "# TO" + "DO(#12): mend this\n"),
    (tidy.machine_paths, "https://example.org/root/ and tests/work/x\n"),
    (tidy.registry_addresses, "pip install complaint-channel-monitor\n"),
    (tidy.foreign_assets, '<script src="/static/x.js"></script><a href="https://a.org">a</a>\n'),
]


@pytest.mark.parametrize(("rule", "sample"), BAD)
def test_rule_finds_the_violation(rule: Rule, sample: str) -> None:
    """A rule that finds nothing in a bad sample guards nothing."""
    findings = list(rule("sample.py", sample))
    assert findings
    assert all(finding.startswith("sample.py:") and ". " in finding for finding in findings)


@pytest.mark.parametrize(("rule", "sample"), GOOD)
def test_rule_lets_good_code_pass(rule: Rule, sample: str) -> None:
    """A rule that cries at good code gets switched off."""
    assert list(rule("sample.py", sample)) == []


def test_strangers_at_the_top_level_are_found() -> None:
    """Only agreed names and dot-files may lie at the top."""
    found = list(tidy.strangers(["pipeline", ".ci", "scratch.py", "README.md", "notes"]))
    assert [finding.split(":")[0] for finding in found] == ["notes", "scratch.py"]
