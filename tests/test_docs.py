"""What the documents tell users to type really exists."""

import argparse
import contextlib
import importlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "pipeline/README.md", "deploy/RUNBOOK.md"]

_FENCE = re.compile(
    r"^ *```(?:console|sh|bash|shell)\b[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL
)
_TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)
_ASSIGNMENT = re.compile(r"\w+=")
_REDIRECTION = re.compile(r"[<>&]*[<>][<>&]*")
_OPERATOR = re.compile(r"[|&;()]+")


def commands(document: str) -> Iterator[list[str]]:
    """The words of every simple command in the document's shell blocks."""
    for block in _FENCE.findall(document):
        lines = block.replace("\\\n", " ").splitlines()
        prompted = any(line.lstrip().startswith("$ ") for line in lines)
        for line in lines:
            if prompted and not line.lstrip().startswith("$ "):
                continue  # what the command prints
            yield from simple_commands(line.strip().removeprefix("$ "))


def simple_commands(line: str) -> Iterator[list[str]]:
    """Split one line of shell at pipes, lists and redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.wordchars += "%:@+,{}[]!^"
    words: list[str] = []
    redirected = False
    for token in lexer:
        if _REDIRECTION.fullmatch(token):
            redirected = True
            if words and words[-1].isdigit():
                words.pop()
        elif _OPERATOR.fullmatch(token):
            yield from _without_assignments(words)
            words, redirected = [], False
        elif redirected:
            redirected = False
        else:
            words.append(token)
    yield from _without_assignments(words)


def _without_assignments(words: list[str]) -> Iterator[list[str]]:
    while words and _ASSIGNMENT.match(words[0]):
        words = words[1:]
    if words:
        yield words


def complaint(parser: argparse.ArgumentParser, words: list[str]) -> str | None:
    """What the real command line says against these words, or None."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parser.parse_args(words)
    except SystemExit as leaving:
        return said.getvalue().strip().splitlines()[-1] if leaving.code else None
    return None


def sub_commands(parser: argparse.ArgumentParser, path: str = "ccm") -> Iterator[str]:
    """Every sub-command, with those below it, as a user types it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield f"{path} {name}"
                yield from sub_commands(below, f"{path} {name}")


def make_targets(makefile: str) -> set[str]:
    """The targets that a user may name."""
    return set(_TARGET.findall(makefile))


def read(name: str) -> str:
    """The text of a document, or a skip as long as nobody has written it."""
    path = REPOSITORY / name
    if not path.is_file():
        pytest.skip(f"{name} is not written yet")
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def parser() -> Any:
    """The real command line."""
    if not ((REPOSITORY / "pipeline/cli.py").is_file() or (REPOSITORY / "pipeline/cli").is_dir()):
        pytest.skip("pipeline/cli.py is not written yet")
    return importlib.import_module("pipeline.cli").build_parser()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documented_ccm_commands_parse(document: str, parser: argparse.ArgumentParser) -> None:
    """Each `ccm` command in a shell block is one that the real parser takes."""
    typed = [words for words in commands(read(document)) if Path(words[0]).name == "ccm"]
    wrong = [
        f"{document}: `{shlex.join(words)}`: {said}. Mend the document or the parser."
        for words in typed
        if (said := complaint(parser, words[1:])) is not None
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documented_make_targets_exist(document: str) -> None:
    """Each `make` target in a shell block is in the Makefile."""
    known = make_targets((REPOSITORY / "Makefile").read_text("utf-8"))
    named = {
        word
        for words in commands(read(document))
        if words[0] == "make"
        for word in words[1:]
        if not _ASSIGNMENT.match(word) and not word.startswith("-")
    }
    assert named <= known, f"{document} names make targets that do not exist: {named - known}"


def test_readme_names_every_sub_command(parser: argparse.ArgumentParser) -> None:
    """A command that the README does not name is one that nobody finds."""
    readme = read("README.md")
    top_level = [name for name in sub_commands(parser) if name.count(" ") == 1]
    missing = [name for name in top_level if not re.search(rf"{name}\b", readme)]
    assert not missing, f"README.md does not name {', '.join(missing)}: add a line on each"


def test_make_help_lists_every_public_target() -> None:
    """`make help` shows each phony target with one line."""
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    described = set(re.findall(r"^([a-z][\w-]*):.*?##", makefile, re.MULTILINE))
    assert set(phony[1].split()) == described


# ------------------------------------------------------------------------ the checks really bite


SAMPLE = """
Text with `ccm nonsense` that is no command block.

```console
$ make run
dashboard on http://127.0.0.1:8080 (make nothing)
$ TZ=UTC .venv/bin/ccm run --data /tmp/x > log.txt 2>&1 &
$ ccm replay a.jsonl \\
    --out b.jsonl && ccm audit | head -3
```

```sh
make test ARGS="tests/unit -x"  # a comment
echo 'I moved; and paid' | ccm read
```

```python
ccm = "not a shell"
```
"""


def a_parser() -> argparse.ArgumentParser:
    """A small stand-in for the real command line."""
    parser = argparse.ArgumentParser(prog="ccm")
    below = parser.add_subparsers(required=True)
    below.add_parser("run").add_argument("--data")
    topics = below.add_parser("topics").add_subparsers(required=True)
    topics.add_parser("create")
    return parser


def test_commands_are_found_in_shell_blocks_only() -> None:
    """Prompts, pipes, redirections, comments and continued lines are understood."""
    assert list(commands(SAMPLE)) == [
        ["make", "run"],
        [".venv/bin/ccm", "run", "--data", "/tmp/x"],
        ["ccm", "replay", "a.jsonl", "--out", "b.jsonl"],
        ["ccm", "audit"],
        ["head", "-3"],
        ["make", "test", "ARGS=tests/unit -x"],
        ["echo", "I moved; and paid"],
        ["ccm", "read"],
    ]


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("run --data D", True),
        ("topics create", True),
        ("run --help", True),
        ("run --state D", False),
        ("walk", False),
        ("topics", False),
    ],
)
def test_commands_that_the_parser_rejects_are_found(line: str, fine: bool) -> None:
    """A wrong option or a wrong sub-command is a finding."""
    assert (complaint(a_parser(), line.split()) is None) is fine


def test_sub_commands_are_walked_to_the_bottom() -> None:
    """Commands below commands are seen too."""
    assert list(sub_commands(a_parser())) == ["ccm run", "ccm topics", "ccm topics create"]


def test_make_targets_are_read() -> None:
    """Variables and special targets are not targets that a user names."""
    assert make_targets("BIN := x\n.PHONY: run\nrun: setup  ## go\nsetup-dev:\n") == {
        "run",
        "setup-dev",
    }
