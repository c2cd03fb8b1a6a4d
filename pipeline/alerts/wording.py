"""One message about several alerts: a few in full, more by their headlines, the rest by number."""

from collections.abc import Sequence
from typing import Final

from pipeline.alerts.ports import Notice

FULL_MAX: Final = 3
"""So many new alerts are told with their stories; more would hide each other."""
NAMED_MAX: Final = 20


def title_of(opened: Sequence[Notice], over: Sequence[Notice]) -> str:
    """Return the message in one line."""
    if len(opened) == 1 and not over:
        return f"{_rank(opened[0])}: {opened[0].headline}"
    if len(over) == 1 and not opened:
        return f"Over: {over[0].headline}"
    parts = [f"{len(opened)} new"] if opened else []
    parts += [f"{len(over)} over"] if over else []
    return f"Complaints: {', '.join(parts)}"


def pick(notices: Sequence[Notice]) -> tuple[Sequence[Notice], int]:
    """Return those that are named, and how many are not."""
    return notices[:NAMED_MAX], max(0, len(notices) - NAMED_MAX)


def text_of(opened: Sequence[Notice], over: Sequence[Notice]) -> str:
    """Return the message as plain text."""
    return "\n".join([*_opened(opened), *_over(over)]).strip() + "\n"


def harmless(text: str) -> str:
    """Return a text that calls nobody and links nowhere, wherever it is handed on to."""
    return text.replace("<", "‹").replace(">", "›").replace("@", "@\u200b")


def _opened(notices: Sequence[Notice]) -> list[str]:
    lines: list[str] = []
    if len(notices) <= FULL_MAX:
        for one in notices:
            lines += [f"{_rank(one)}: {one.headline}", *(f"  {line}" for line in one.lines)]
            lines += [f"  Case: {one.link}", f"  What to do: {one.runbook}", ""]
        return lines
    named, more = pick(notices)
    for one in named:
        lines += [f"{_rank(one)}: {one.headline}", f"  {one.link}"]
    return [*lines, *([f"and {more} more"] if more else []), ""]


def _over(notices: Sequence[Notice]) -> list[str]:
    named, more = pick(notices)
    lines = [f"Over: {one.headline}\n  {one.link}" for one in named]
    return [*lines, *([f"and {more} more are over"] if more else [])]


def _rank(notice: Notice) -> str:
    return "Urgent" if notice.severity == "page" else "To do"
