"""Recall and precision of the redaction, by kind: `python -m tests.bench.redaction`."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from typing import Final

from rich.console import Console
from rich.table import Table

from models.redaction import KINDS, redact

SETS: Final = ("seen", "held-out")
Piece = tuple[str, int, int]
_MARK: Final = re.compile(r"\{(\w+)\|([^}]*)\}")


def main() -> None:
    """Print a table for each set."""
    for name in SETS:
        rows = list(marked(name))
        Console().print(_table(name, rows))


def marked(name: str) -> Iterator[tuple[str, set[Piece]]]:
    """Yield each text of a set with its pieces of personal data: kind, start, end."""
    file = resources.files("models") / "data" / "personal" / f"{name}.jsonl"
    for line in file.read_text("utf-8").splitlines():
        yield _unmarked(json.loads(line)["marked"])


def found(text: str) -> set[Piece]:
    """Return what the redaction takes out of a text."""
    return {(one.kind, one.start, one.end) for one in redact(text).found}


def _unmarked(marked_text: str) -> tuple[str, set[Piece]]:
    text, pieces, done = "", set(), 0
    for mark in _MARK.finditer(marked_text):
        text += marked_text[done : mark.start()]
        pieces.add((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        done = mark.end()
    return text + marked_text[done:], pieces


def _table(name: str, rows: list[tuple[str, set[Piece]]]) -> Table:
    counts: dict[str, Counter[str]] = {"right": Counter(), "missed": Counter(), "false": Counter()}
    for text, pieces in rows:
        seen = found(text)
        for label, some in (
            ("right", pieces & seen),
            ("missed", pieces - seen),
            ("false", seen - pieces),
        ):
            counts[label].update(kind for kind, _, _ in some)
    table = Table(title=f"redaction, {name}: {len(rows)} texts")
    for column in ("kind", "n", "recall", "precision"):
        table.add_column(column, justify="right")
    for kind in (*KINDS, "all"):
        right, missed, false = (
            sum(some.values()) if kind == "all" else some[kind] for some in counts.values()
        )
        table.add_row(kind, str(right + missed), _rate(right, missed), _rate(right, false))
    return table


def _rate(right: int, wrong: int) -> str:
    return f"{right / (right + wrong):.3f}" if right + wrong else "-"


if __name__ == "__main__":
    main()
