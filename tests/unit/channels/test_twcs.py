"""A social export becomes public messages with their threads and customers."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.limits import Limits
from pipeline.channels.twcs import COLUMNS, BadRow, parse, read
from pipeline.domain.events import Message
from pipeline.errors import BadPayload, InputError, TooLarge

TIME = "Tue Oct 31 22:10:47 +0000 2017"
Row = tuple[str, ...]


def row(tweet: int, author: str, text: str = "hi", parent: int | str = "", time: str = TIME) -> Row:
    inbound = str(author.isdigit())
    return (str(tweet), author, inbound, time, text, "", str(parent))


def export(*rows: Row) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *rows])
    return out.getvalue().encode()


def messages(*rows: Row, brand: str | None = None) -> dict[str, Message]:
    found = parse(export(*rows), brand=brand)
    return {event.id: event for event in found if isinstance(event, Message)}


def items(raw: bytes, limits: Limits | None = None) -> list[Message | BadRow]:
    found = list(read(lambda: io.BytesIO(raw), limits=limits or Limits()))
    return [item for item in found if isinstance(item, Message | BadRow)]


def test_a_row_is_a_public_message() -> None:
    """Every field of an answer of the company."""
    found = messages(row(1, "42", "@Shop &amp; co: broken 1/2"), row(2, "Shop", "Sorry!", 1))
    assert found["x:1"].text == "@Shop & co: broken 1/2"
    assert found["x:2"] == Message(
        id="x:2",
        at=datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC),
        customer=("x:42",),
        channel="x",
        visibility="public",
        direction="outbound",
        text="Sorry!",
        thread="x:1",
        in_reply_to="x:1",
        extra={"account": "shop"},
    )


def test_the_thread_is_the_top_of_the_chain_in_any_order_of_rows() -> None:
    """A reply may stand before its parent; spreadsheets write ids as 1.0."""
    found = messages(row(3, "42", "x", "2.0"), row(2, "shop", "x", 1), row(1, "42"))
    assert {event.thread for event in found.values()} == {"x:1"}


def test_a_lost_parent_names_the_thread() -> None:
    """Two answers to a tweet that is not in the export stay together."""
    found = messages(row(3, "42", "x", 9), row(4, "42", "x", 9), row(5, "42", "x", 3))
    assert {event.thread for event in found.values()} == {"x:9"}


def test_a_ring_of_replies_ends() -> None:
    """Damaged data; the smallest id of the ring names the thread whichever row comes first."""
    rows = (row(5, "42", "x", 6), row(6, "42", "x", 7), row(7, "42", "x", 5), row(8, "42", "x", 6))
    for order in (rows, rows[::-1]):
        assert {event.thread for event in messages(*order).values()} == {"x:5"}


def test_the_customer_of_an_answer_is_found_up_the_chain() -> None:
    """The company goes on from its own tweet (1/2, 2/2)."""
    found = messages(row(1, "42"), row(2, "shop", "1/2", 1), row(3, "shop", "2/2", 2))
    assert found["x:3"].customer == ("x:42",)


def test_without_a_chain_the_first_mention_of_no_company_is_the_customer() -> None:
    """The parent is not in the export."""
    found = messages(row(2, "shop", "@other @43 hello", 1), row(3, "other", "@43 x", 1))
    assert found["x:2"].customer == ("x:43",)


def test_a_post_to_nobody_is_refused_with_the_reason() -> None:
    """An advertisement has no customer; it is not dropped in silence."""
    (bad,) = items(export(row(1, "shop", "Big sale!")))
    assert isinstance(bad, BadRow)
    assert "no customer" in bad.reason
    assert (bad.line, b"Big sale!" in bad.raw) == (2, True)


def test_a_brand_keeps_its_threads_only() -> None:
    """Threads in which the account speaks or is spoken to, whole."""
    rows = (
        row(1, "42", "@shop broken"), row(2, "shop", "sorry", 1), row(3, "42", "thanks", 2),
        row(4, "42", "@other late"), row(5, "other", "sorry", 4),
    )  # fmt: skip
    assert set(messages(*rows, brand="@Shop")) == {"x:1", "x:2", "x:3"}


def test_texts_go_over_lines() -> None:
    """Quoted fields hold line ends; the line of a later bad row is still right."""
    raw = export(row(1, "42", 'two\n"lines"')) + b"2,42,perhaps,,,,\n"
    good, bad = items(raw)
    assert isinstance(good, Message)
    assert good.text == 'two\n"lines"'
    assert isinstance(bad, BadRow)
    assert (bad.line, "perhaps" in bad.reason) == (4, True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"x,42,True,%s,hi,,\n", "tweet_id"),
        (b"1,,True,%s,hi,,\n", "author_id"),
        (b"1,42,,%s,hi,,\n", "inbound"),
        (b"1,42,True,2017-10-31,hi,,\n", "created_at"),
        (b"1,42,True,Tue Oct 32 22:10:47 +0000 2017,hi,,\n", "created_at"),
        (b"1,42,True,Tue Foo 31 22:10:47 +0000 2017,hi,,\n", "created_at"),
        (b"1,42,True,Tue Oct 31 22:10:47 +9999 2017,hi,,\n", "created_at"),
        (b"1,42,True,%s,hi,,someone\n", "in_response_to_tweet_id"),
        (b"1,42,True\n", "columns"),
        (b"1,42,True,%s,caf\xe9,,\n", "UTF-8"),
        (b"1,42,True,%s,a\0b,,\n", "NUL"),
        (b'1,42,True,%s,"cut shor', "CSV|columns"),
    ],
)
def test_a_bad_row_costs_only_itself(line: bytes, reason: str) -> None:
    """The rows around it are read; the refusal has the reason, the line and the bytes."""
    bad = line.replace(b"%s", TIME.encode())
    after = export(row(7, "42"))[len(",".join(COLUMNS)) + 2 :]
    raw = export(row(6, "42")) + bad + (b"\n" if not bad.endswith(b"\n") else b"") + after
    found = items(raw)
    assert [item.id for item in found if isinstance(item, Message)] == ["x:6", "x:7"]
    (refused,) = [item for item in found if isinstance(item, BadRow)]
    assert refused.line == 3
    assert any(word in refused.reason for word in reason.split("|"))


@pytest.mark.parametrize(
    "raw", [b"", b"a,b\n", b"\xff\xfet\0w\0", b"\x1f\x8b", b'"', "größe;x\n".encode("utf-16")]
)
def test_another_file_is_refused_naming_the_columns(raw: bytes) -> None:
    """What was found and what was expected."""
    with pytest.raises(BadPayload, match="tweet_id, author_id"):
        parse(raw)


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    """Spreadsheets write one."""
    assert len(parse(b"\xef\xbb\xbf" + export(row(1, "42")))) == 1


def test_the_rows_are_bounded() -> None:
    """The first reading keeps something of every row."""
    with pytest.raises(TooLarge, match="export_rows"):
        items(export(*(row(n, "42") for n in range(20))), Limits(export_rows=10))


def test_an_open_quote_does_not_swallow_the_file() -> None:
    """A record is bounded; reading goes on at the second line."""
    raw = export(row(1, "42")) + b'"' + export(*(row(n, "42") for n in range(2, 500)))
    found = items(raw, Limits(export_record_bytes=2000))
    assert sum(isinstance(item, Message) for item in found) == 499


@given(st.lists(st.sampled_from(
    [b"1,42,True,", TIME.encode(), b',hi,,\n', b'"', b",", b"\n", b"\0", b"\xff", b"False,", b"1"]
), max_size=30).map(b"".join))  # fmt: skip
def test_whatever_comes_only_an_input_error_is_raised(raw: bytes) -> None:
    """Every byte of the file is in an event or in a refusal."""
    for start in (b"", export()):
        try:
            items(start + raw)
        except InputError:
            continue


def test_the_real_slice_is_read(shared_data: Path) -> None:
    """All rows, but the few posts to nobody and rows without content."""
    for name, most in (("threads.csv", 20), ("spotify_inbound.csv", 5)):
        found = items((shared_data / "twcs" / name).read_bytes())
        assert sum(isinstance(item, BadRow) for item in found) <= most
        assert len(found) > 3000
