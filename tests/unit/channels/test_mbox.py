"""A mailbox is split where mails begin, and nowhere else."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.limits import Limits
from pipeline.channels.mbox import split
from pipeline.errors import BadPayload
from tests.unit.channels.mails import mail

LINE = b"From ada@example.org Wed Nov 18 08:30:00 2026\n"


def test_mails_come_with_their_offsets() -> None:
    """The offset finds the mail again in the file."""
    box = LINE + mail("one") + b"\n\n" + LINE + mail("two") + b"\n"
    found = list(split(io.BytesIO(box)))
    assert [raw.strip() for _, raw in found] == [mail("one"), mail("two")]
    assert all(box[offset:].startswith(LINE) for offset, _ in found)


def test_a_sentence_that_begins_with_from_splits_nothing() -> None:
    """Many programs write mailboxes without escaping."""
    box = LINE + mail("Hello\n\nFrom Monday on it was broken.\n\nFrom 2016 to 2017 too.\n")
    assert len(list(split(io.BytesIO(box)))) == 1


def test_escaped_lines_lose_one_mark() -> None:
    """The mboxrd way: one ``>`` is the mailbox's, the others the writer's."""
    box = LINE + mail("x\n>From me\n>>From you\n")
    ((_, raw),) = split(io.BytesIO(box))
    assert raw.endswith(b"\nFrom me\n>From you\n")


def test_a_mail_above_the_limit_is_cut_off_not_gathered() -> None:
    """Memory is bounded; the parser refuses what is handed out."""
    limits = Limits(mail_bytes=1000)
    box = LINE + b"x" * 70_000 + b"\n" * 5 + b"y\n" * 50_000 + b"\n" + LINE + mail("two")
    (_, large), (_, small) = split(io.BytesIO(box), limits)
    assert (1000 < len(large) < 100_000, small) == (True, mail("two"))


@pytest.mark.parametrize("raw", [b"{}\n", b"\0\0", b"Subject: x\n\nhi"])
def test_another_file_is_refused(raw: bytes) -> None:
    """The reason shows what was found."""
    with pytest.raises(BadPayload, match="expected a mailbox"):
        list(split(io.BytesIO(raw)))


def test_an_empty_mailbox_holds_nothing() -> None:
    """An empty folder is no error."""
    assert not list(split(io.BytesIO(b"\n\n")))


@given(st.lists(st.sampled_from([LINE, b"\n", b"From x\n", b"a\n", b"\r\n", b">From \n", b"\xff"])))
def test_any_lines_are_split_without_error(lines: list[bytes]) -> None:
    """Every offset is that of a ``From `` line, rising."""
    box = LINE + b"".join(lines)
    offsets = [offset for offset, _ in split(io.BytesIO(box))]
    assert offsets == sorted(set(offsets))
    assert all(box[offset:].startswith(b"From ") for offset in offsets)


def test_a_path_is_opened_by_the_caller(tmp_path: Path) -> None:
    """Any binary stream will do."""
    path = tmp_path / "a.mbox"
    path.write_bytes(LINE + mail("one"))
    with path.open("rb") as stream:
        assert len(list(split(stream))) == 1
