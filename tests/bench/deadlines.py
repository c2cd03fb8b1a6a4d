"""How often the right moment is found in expressions of deadlines: ours beside two libraries.

`python -m tests.bench.deadlines` prints the table. A library is right where it finds the right day;
ours is held to the second as well. On a trap the right answer is none.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from models.deadlines import find_deadline

SETS: Final = ("expressions", "held-out")
Find = Callable[[str, datetime, str], datetime | None]


def main() -> None:
    """Print right answers by set."""
    table = Table(title="right deadlines")
    for column in ("set", "n", "ours, to the second", "ours, day", "dateparser", "parsedatetime"):
        table.add_column(column, justify="right")
    for name in SETS:
        rows = list(expressions(name))
        for kind, part in (("deadlines", True), ("traps", False)):
            some = [row for row in rows if (row["due"] is not None) == part]
            figures = [str(sum(_is_exact(row) for row in some))]
            figures += [str(sum(_is_right(row, find) for row in some)) for find in FINDERS]
            table.add_row(f"{name}: {kind}", str(len(some)), *figures)
    Console().print(table)


def expressions(name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a set: text, at, zone, due (null for a trap)."""
    file = resources.files("models") / "data" / "deadlines" / f"{name}.jsonl"
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        row["at"] = datetime.fromisoformat(row["at"])
        row["due"] = row["due"] and datetime.fromisoformat(row["due"])
        yield row


def _is_exact(row: dict[str, Any]) -> bool:
    return bool(_ours(row["text"], row["at"], row["zone"]) == row["due"])


def _is_right(row: dict[str, Any], find: Find) -> bool:
    found, place = find(row["text"], row["at"], row["zone"]), ZoneInfo(row["zone"])
    if found is None or row["due"] is None:
        return found is row["due"]
    return bool(found.astimezone(place).date() == row["due"].astimezone(place).date())


def _ours(text: str, at: datetime, zone: str) -> datetime | None:
    found = find_deadline(text, at, zone)
    return found[0] if found else None


def _dateparser(text: str, at: datetime, zone: str) -> datetime | None:
    from dateparser.search import search_dates

    settings = {
        "RELATIVE_BASE": at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "MDY" if zone.startswith("America/") else "DMY",
    }
    found = search_dates(text, languages=["en"], settings=settings)
    return _placed(found[0][1], zone) if found else None


def _parsedatetime(text: str, at: datetime, zone: str) -> datetime | None:
    from parsedatetime import Calendar

    now = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = Calendar().nlp(text, now)
    return _placed(found[0][0], zone) if found else None


def _placed(found: datetime, zone: str) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


FINDERS: Final[tuple[Find, ...]] = (_ours, _dateparser, _parsedatetime)

if __name__ == "__main__":
    main()
