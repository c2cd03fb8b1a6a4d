"""Reviews from a local server and from a folder, and what can go wrong."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors import folder
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.errors import AccessRefused, ConfigError, Garbled
from tests.contract.rigs import reviews
from tests.contract.rigs.reviews import packed, record
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running


@pytest.fixture
def page() -> Iterator[reviews.Page]:
    with reviews.source() as opened:
        yield opened


def channel(**values: Any) -> Channel:
    table = ChannelTable(name="shop", kind="reviews", values={"poll_seconds": 0.02, **values})
    return build_channel(table, AROUND, {})


def test_an_unchanged_feed_is_not_sent_again(page: reviews.Page) -> None:
    """It is asked for with its mark; an entry that was edited comes again, the others do not."""
    page.add(packed(record(1)))
    page.add(packed(record(2)))
    with running(channel(**page.values)) as (sink, _):
        wait_until(lambda: len(page.server.asked) > 3)
        assert page.server.asked[-1].headers["if-none-match"] == '"2"'
        page.entries[0] = packed(record(1, text="Works by now"))
        page.add(packed(record(3)))
        wait_until(lambda: len(sink.lines) == 4)
    assert sink.ids == [f"review:shop/r{number}" for number in (1, 2, 1, 3)]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=429, headers={"retry-after": "0"}), "rate_limited"),
        (Reply(status=500), "unreachable"),
        (Reply(body=b"<html>captive portal</html>"), "garbled"),
        (Reply(body=b"only one column", headers={"content-type": "text/csv"}), "garbled"),
        (None, "unreachable"),
    ],
)
def test_bad_answers_are_told_and_tried_again(
    page: reviews.Page, reply: Reply | None, kind: str
) -> None:
    """By kind; nothing is lost."""
    page.add(packed(record(1)))
    page.server.instead.append(reply)
    with running(channel(**page.values)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1)
        assert supervisor.reports()[0].errors[kind] == 1


def test_a_table_at_an_address(page: reviews.Page) -> None:
    """By its type, or by how the address ends."""
    table = Reply(body=b"id,date,text\n7,2026-11-02,Broken\n", headers={"content-type": "text/csv"})
    page.server.instead.append(table)
    with running(channel(**page.values)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
    assert sink.ids == ["review:shop/7"]


def lay(path: Path, text: str) -> None:
    """Lay a file there that was written a while ago."""
    path.write_text(text)
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 60))


def test_files_that_are_laid_into_a_folder(tmp_path: Path) -> None:
    """Each once, also after a restart; a bad row and a bad file are dead letters."""
    lay(tmp_path / "a.csv", "id,date,text\n1,2026-11-02,Broken\n2,2026-11-02\n")
    (tmp_path / ".hidden.csv").write_text("id,date,text\n9,2026-11-02,x\n")
    (tmp_path / "fresh.csv").write_text("id,date,text\n8,2026-11-02,still being written\n")
    with running(channel(path=str(tmp_path))) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1 and len(sink.rejected) == 1)
        lay(tmp_path / "b.csv", "nonsense\n")
        lay(tmp_path / "c.csv", "id,date,text\n3,2026-11-02,Broken\n")
        wait_until(lambda: len(sink.lines) == 2 and len(sink.rejected) == 2)
        wait_until(lambda: "c.csv" in sink.cursors["shop"])
        assert supervisor.reports()[0].trouble == ""
    row, file = (one.reason for one in sink.rejected)
    assert row == "expected 3 columns, found 2: is the row cut short?"
    assert file.startswith("b.csv: expected a first line with the names of the columns")
    (connector,) = channel(path=str(tmp_path)).connectors
    again = next(connector.batches(sink.cursors["shop"], Flag()))
    assert (again.payloads, again.cursor) == ((), None)


def test_a_large_file_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts; a restart in the middle reads none of them twice."""
    monkeypatch.setattr(folder, "AT_ONCE", 2)
    rows = "".join(f"{number},2026-11-02,Broken\n" for number in range(5))
    lay(tmp_path / "a.csv", f"id,date,text\n{rows}")
    (connector,) = channel(path=str(tmp_path / "a.csv")).connectors
    first = next(connector.batches(None, Flag()))
    then = next(connector.batches(first.cursor, Flag()))
    assert [one.where for one in (*first.payloads, *then.payloads)] == [
        f"a.csv row {number}" for number in (1, 2, 3, 4)
    ]


def test_check_says_what_is_wrong(page: reviews.Page, tmp_path: Path) -> None:
    """Of an address, of a folder, of settings."""
    page.add(packed(record(1)))
    page.add(packed(record(2, rating="9")))
    there, bad = channel(**page.values).check()
    assert there.found == "2 reviews are there"
    assert "set worst and best" in bad.found
    page.server.instead.append(Reply(status=403))
    with pytest.raises(AccessRefused):
        list(channel(**page.values).check())
    page.server.instead.append(Reply(body=b"<p>no</p>"))
    with pytest.raises(Garbled, match="expected a feed"):
        list(channel(**page.values).check())
    lay(tmp_path / "a.csv", "nonsense\n")
    there, bad = channel(path=str(tmp_path)).check()
    assert there.found.endswith("holds 1 files to read")
    assert "a.csv" in bad.found
    (none,) = channel(path=str(tmp_path / "none")).check()
    assert "no such file or folder" in none.found
    assert "make the folder" in none.advice
    for wrong, told in (
        ({}, "either url or path"),
        ({"url": "ftp://x"}, "https://"),
        ({**page.values, "columns": {"colour": "x"}}, "columns.colour"),
        ({**page.values, "zone": "Europe/Atlantis"}, "zone"),
        ({**page.values, "best": 1.0}, "more than worst"),
    ):
        with pytest.raises(ConfigError, match=told):
            channel(**wrong)
