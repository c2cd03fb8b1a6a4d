"""How many replies of real companies were written to others before: `python -m tests.bench.stock`.

Needs the public data beside the checkout (`../shared/data`); says so where it is absent.
"""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from models.stock import Reply, StockIndex

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
LEAST: Final = (1, 2, 3, 5)
_START: Final = datetime(2016, 1, 1, tzinfo=UTC)
_TO: Final = re.compile(r"@(\w+)")
_BAD_ESCAPE: Final = re.compile(r'\\(?!["\\/bfnrtu])')


def main() -> None:
    """Print how many replies of each set were alike to so many others before."""
    table = Table(title="replies that were written to others before")
    for column in ("set", "replies", "templates", *(f"{least} or more" for least in LEAST)):
        table.add_column(column, justify="right")
    for name, replies in (("agent-tweets", _agents()), ("care-conversations", _care())):
        if not DATA.is_dir():
            table.add_row(f"{name}: no {DATA}")
            continue
        index = StockIndex()
        counts = [index.take(reply) for reply in replies]
        more = (str(sum(count >= least for count in counts)) for least in LEAST)
        table.add_row(name, str(len(counts)), str(len(index)), *more)
    Console().print(table)


def _agents() -> Iterator[Reply]:
    """Yield the replies of two brands, the oldest first."""
    for company in ("amazon", "delta"):
        text = (DATA / "agent-tweets" / f"{company}.csv").read_text("latin-1")
        for number, row in enumerate(reversed(list(csv.DictReader(text.splitlines())))):
            to = _TO.match(row["text"])
            yield Reply(
                company=company,
                conversation=to[1] if to else str(number),
                text=row["text"],
                at=_START + timedelta(minutes=number),
            )


def _care() -> Iterator[Reply]:
    """Yield the last reply of each conversation, a link to a help page, the oldest first."""
    raw = (DATA / "care-conversations" / "dev.json").read_text("utf-8")
    found = json.loads(_BAD_ESCAPE.sub("", raw))
    for one in sorted(found, key=lambda one: str(one["dialogHeader"]["conversationDateTime"])):
        head = one["dialogHeader"]
        yield Reply(
            company=head["company"],
            conversation=head["sessionID"],
            text=one["agentURL"]["url_utterance"],
            at=datetime.fromisoformat(head["conversationDateTime"]),
        )


if __name__ == "__main__":
    main()
