"""Files of every layout: one bad item costs itself, one bad file is told."""

import gzip
from pathlib import Path

import pytest

from pipeline.channels.company import Company
from pipeline.channels.files import FileSettings, Parsed, Rejected, read_file
from pipeline.channels.limits import Limits
from pipeline.channels.mail import MailSettings
from pipeline.domain.events import Event
from pipeline.errors import InputError
from tests.unit.channels.mails import mail

LINE = (
    b'{"id":"a:1","kind":"erasure","at":"2026-11-18T09:00:00Z",'
    b'"customer":["email:a@example.org"]}\n'
)
BOX = b"From a@b.co Wed Nov 18 08:30:00 2026\n" + mail("one") + b"\n\n"
EXPORT = (
    b"tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
    b"1,42,True,Tue Oct 31 22:10:47 +0000 2017,hi,,\n"
)


def read(path: Path, settings: FileSettings | None = None) -> tuple[list[Event], list[Rejected]]:
    """What is in the file; and the progress told must add up to its size."""
    told: list[int] = []
    found: list[Parsed] = list(read_file(path, settings or FileSettings(), told.append))
    inside = [path] if path.is_file() else [each for each in path.rglob("[!.]*") if each.is_file()]
    assert sum(told) == sum(each.stat().st_size for each in inside)
    assert min(told, default=0) >= 0
    events = [item for item in found if isinstance(item, Event)]
    return events, [item for item in found if isinstance(item, Rejected)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize(
    ("name", "raw", "ids"),
    [
        ("a.jsonl", LINE + b"\n" + LINE.replace(b"a:1", b"a:2"), ["a:1", "a:2"]),
        ("a.jsonl", b"\xef\xbb\xbf" + LINE.strip(), ["a:1"]),
        ("a.mbox", BOX, ["email:m1@example.org"]),
        ("a.eml", mail("one"), ["email:m1@example.org"]),
        ("a.csv", EXPORT, ["x:1"]),
        ("lines", LINE, ["a:1"]),
        ("Inbox", BOX, ["email:m1@example.org"]),
        ("1763.M1.host:2,S", mail("one"), ["email:m1@example.org"]),
        ("tweets.txt", EXPORT, ["x:1"]),
        ("empty.jsonl", b"", []),
    ],
)
def test_the_layout_is_known(
    tmp_path: Path, name: str, raw: bytes, ids: list[str], pack: type[bytes]
) -> None:
    """By the ending, else by how the file begins; compressed or not."""
    path = tmp_path / (name if pack is bytes else name + ".gz")
    path.write_bytes(pack(raw))
    events, rejected = read(path)
    assert ([event.id for event in events], rejected) == (ids, [])


def test_a_bad_line_costs_only_itself(tmp_path: Path) -> None:
    """With its reason, its place and its bytes."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE + b"{oops\n" + b"\0\xff\n" + LINE.replace(b"a:1", b"a:2"))
    events, rejected = read(path)
    assert [event.id for event in events] == ["a:1", "a:2"]
    assert [item.where for item in rejected] == [f"{path}:2", f"{path}:3"]
    assert rejected[0].raw == b"{oops"
    assert all(item.reason for item in rejected)


def test_a_line_too_long_is_not_gathered(tmp_path: Path) -> None:
    """Its beginning is kept; the next line is read."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 5000 + b"\n" + LINE)
    limits = MailSettings(limits=Limits(line_bytes=1000))
    events, (rejected,) = read(path, FileSettings(mail=limits))
    assert len(events) == 1
    assert (rejected.line, len(rejected.raw)) == (1, 1001)
    assert "5,001 bytes" in rejected.reason


def test_a_bad_mail_in_a_mailbox_costs_only_itself(tmp_path: Path) -> None:
    """The reason says where it lies in the file."""
    path = tmp_path / "a.mbox"
    bad = b"From x Wed Nov 18 08:30:00 2026\nSubject: no sender, no time\n\nhello\n\n"
    path.write_bytes(BOX + bad + BOX)
    events, (rejected,) = read(path)
    assert (len(events), rejected.line) == (2, 2)
    assert f"mail at byte {len(BOX):,}" in rejected.reason


def test_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    """The line is that of the file."""
    path = tmp_path / "a.csv"
    path.write_bytes(EXPORT + b"2,43,True\n")
    events, (rejected,) = read(path)
    assert (len(events), rejected.line, rejected.raw) == (1, 3, b"2,43,True\n")


def test_a_mail_of_50_mb_is_refused(tmp_path: Path) -> None:
    """No more than the limit is read of it."""
    path = tmp_path / "a.eml"
    path.write_bytes(mail("x" * 50 * 1024 * 1024))
    events, (rejected,) = read(path)
    assert not events
    assert "mail_bytes" in rejected.reason
    assert len(rejected.raw) <= 25 * 1024 * 1024 + 1


@pytest.mark.parametrize("raw", [b"\0\1\2\3", b"hello\n", b"", b"a;b;c\n1;2;3\n", b"%PDF-1.7"])
def test_a_file_of_no_known_layout_is_told(tmp_path: Path, raw: bytes) -> None:
    """What was found, what was expected."""
    path = tmp_path / "thing.bin"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"thing\.bin: a file of no known layout.*expected"):
        read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(InputError, match=r"gone\.eml: cannot be read"):
        list(read_file(tmp_path / "gone.eml"))


def test_a_compressed_file_that_breaks_off_is_read_so_far(tmp_path: Path) -> None:
    """A broken download: what came before counts, the rest is told."""
    lines = b"".join(LINE.replace(b"a:1", b"a:%d" % n) for n in range(20_000))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines)[:-5000])
    events, rejected = read(path)
    assert 1000 < len(events) < 20_000
    assert "breaks off" in rejected[-1].reason


def test_a_directory_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Strange files are refused by name, dot files are not looked at."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.eml").write_bytes(mail("b", "Message-ID: <b@x>"))
    (tmp_path / "a.eml").write_bytes(mail("a", "Message-ID: <a@x>"))
    (tmp_path / "notes").write_bytes(b"hello")
    (tmp_path / ".DS_Store").write_bytes(b"\0\0")
    events, (rejected,) = read(tmp_path)
    assert [event.id for event in events] == ["email:a@x", "email:b@x"]
    assert rejected.file.endswith("notes")


def test_settings_reach_the_parsers(tmp_path: Path) -> None:
    """Who we are decides the direction."""
    path = tmp_path / "a.eml"
    path.write_bytes(mail("x", "From: help@shop.example", "To: ada@example.org"))
    ours = MailSettings(company=Company(domains=frozenset({"Shop.example"})))
    ((event,), _) = read(path, FileSettings(mail=ours))
    assert event.customer == ("email:ada@example.org",)
