"""A Salesforce export: files in a folder, each row as the API names its columns."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tests.contract.rigs import Rig

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def minute(number: int) -> str:
    """Return the time of the n-th row, as Data Export writes it, in GMT."""
    return (START + timedelta(minutes=number)).strftime("%Y-%m-%d %H:%M:%S")


def case_id(number: int) -> str:
    """Return the id of the n-th case."""
    return f"5005g0000{number:06}AAA"


def case(number: int, **more: str) -> dict[str, str]:
    """Return the n-th case."""
    return {
        "Id": case_id(number),
        "IsDeleted": "0",
        "MasterRecordId": "",
        "CaseNumber": f"{1_000 + number:08}",
        "ContactId": "",
        "SuppliedEmail": "",
        "SuppliedPhone": "",
        "Status": "New",
        "Origin": "Web",
        "Subject": "Kettle",
        "Description": "Still broken",
        "ClosedDate": "",
        "CreatedDate": minute(number),
        "LastModifiedDate": minute(number),
        **more,
    }


def mail(number: int, **more: str) -> dict[str, str]:
    """Return the n-th mail, of the n-th case."""
    return {
        "Id": f"02s5g0000{number:06}AAA",
        "ParentId": case_id(number),
        "Incoming": "1",
        "FromAddress": "ann@example.org",
        "ToAddress": "help@acme.example",
        "Subject": "Re: Kettle",
        "TextBody": "Hello?",
        "HtmlBody": "",
        "Status": "1",
        "MessageDate": minute(number),
        **more,
    }


def comment(number: int, **more: str) -> dict[str, str]:
    """Return the n-th comment, of the n-th case."""
    return {
        "Id": f"00a5g0000{number:06}AAA",
        "ParentId": case_id(number),
        "IsPublished": "1",
        "CommentBody": "We look into it",
        "CreatedById": "0055g0000000005AAA",
        "CreatedDate": minute(number),
        **more,
    }


def change(number: int, before: str, after: str, **more: str) -> dict[str, str]:
    """Return the n-th change, of the n-th case."""
    return {
        "Id": f"0175g0000{number:06}AAA",
        "CaseId": case_id(number),
        "Field": "Status",
        "OldValue": before,
        "NewValue": after,
        "CreatedDate": minute(number),
        **more,
    }


def packed(name: str, row: Mapping[str, str], **more: Any) -> bytes:
    """Return a row as the connector does."""
    return msgspec.json.encode({"object": name, "row": row, **more})


def table(*rows: Mapping[str, str]) -> str:
    """Return rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class Exports:
    """A folder into which files are laid."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    @property
    def values(self) -> Mapping[str, Any]:
        """Where it is, as a channel's table has it."""
        return {"path": str(self.folder)}

    def add(self, raw: bytes) -> None:
        """Lay one more file there."""
        row = msgspec.json.decode(raw)["row"]
        part = self.folder / f".{self.count}"
        part.write_text(table(row))
        part.replace(self.folder / f"Case-{self.count:04}.csv")
        self.count += 1

    def cut(self) -> None:
        """Nothing: a folder has no connection."""


@contextmanager
def source() -> Iterator[Exports]:
    """Open a folder."""
    with TemporaryDirectory() as name:
        yield Exports(Path(name))


RIG = Rig(
    kind="salesforce",
    values={"path": "nowhere", "poll_seconds": 0.02, "settle_seconds": 0.0},
    make=lambda number: packed("Case", case(number), mails=False),
    bad=(
        b"",
        b"[]",
        b"{}",
        packed("Case", {"Id": "x"}),
        packed("Case", case(99, CreatedDate="2/11/2026 9:00"), mails=False),
    ),
    source=source,
)
