"""The interchange format: what is read, what is refused and in which words, what is written."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Erasure, Feedback, Identity, Message, Reading, Signal, Status
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import collect
from pipeline.domain.verdict import PromiseState, Verdict
from pipeline.errors import BadEvent, InputError, TooLarge
from pipeline.wire import (
    Limits,
    decode_event,
    decode_verdict,
    encode_event,
    verdict_line,
    verdict_lines,
)

GOLDEN = Path(__file__).parent.parent / "golden" / "events-v1.jsonl"
MESSAGE: dict[str, Any] = {
    "id": "form:1",
    "kind": "message",
    "at": "2026-11-16T09:00:00Z",
    "customer": ["email:ada@example.org"],
    "channel": "web_form",
    "visibility": "private",
    "direction": "inbound",
    "text": "My parcel never came.",
}
STATUS = {key: MESSAGE[key] for key in ("id", "at", "customer")} | {
    "kind": "status",
    "status": "solved",
}
IDENTITY = {"id": "i:1", "at": MESSAGE["at"], "kind": "identity", "same": ["x:ada", "email:a@b.c"]}
FEEDBACK = STATUS | {"kind": "feedback", "resolved": True}


def line(base: dict[str, Any] = MESSAGE, **changes: Any) -> bytes:
    """Return a line of ``base`` with changes; a change to ``...`` leaves the field out."""
    changed = {**base, **changes}
    return json.dumps({key: value for key, value in changed.items() if value is not ...}).encode()


def test_a_message_is_read_with_its_types() -> None:
    """Times become aware UTC, lists tuples, and an absent option its default."""
    event = decode_event(line(at="2026-11-16T10:00:00+01:00", refs=["order:1"]))
    assert isinstance(event, Message)
    assert event.at == datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert event.at.tzinfo is UTC
    assert (event.refs, event.version, event.auto, event.signals) == (("order:1",), 0, False, None)


@pytest.mark.parametrize("number", range(len(GOLDEN.read_text("utf-8").splitlines())))
def test_golden_records_of_version_1_are_read_for_ever(number: int) -> None:
    """Every record of the golden file survives reading and writing with all its fields."""
    raw = GOLDEN.read_bytes().splitlines()[number]
    event = decode_event(raw)
    assert decode_event(encode_event(event)) == event
    told, written = json.loads(raw), json.loads(encode_event(event))
    assert told.keys() == written.keys()
    times = ("at", "received_at")
    assert {k: v for k, v in told.items() if k not in times} == {
        k: v for k, v in written.items() if k not in times
    }


def test_the_golden_file_holds_every_kind() -> None:
    """Otherwise it would guard less than it says."""
    kinds = {type(decode_event(raw)) for raw in GOLDEN.read_bytes().splitlines()}
    assert kinds == {Message, Status, Identity, Feedback, Erasure, Reading}


def test_identifiers_are_lower_cased() -> None:
    """The same address in capitals is the same customer."""
    assert decode_event(line(customer=["EMAIL:Ada@Example.ORG"])).customer == (
        "email:ada@example.org",
    )
    same = decode_event(line(IDENTITY, same=["X:Ada", "email:A@b.c"]))
    assert isinstance(same, Identity)
    assert same.same == ("x:ada", "email:a@b.c")


def test_unknown_fields_are_kept() -> None:
    """What we do not understand may matter to whoever sent it."""
    event = decode_event(line(x_source={"form": [1, None]}, extra=5))
    assert event.extra == {"x_source": {"form": [1, None]}, "extra": 5}
    assert json.loads(encode_event(event))["x_source"] == {"form": [1, None]}


def test_an_unknown_topic_counts_as_absent() -> None:
    """The list of topics is closed, and a setting."""
    for name, expected in (("delivery", "delivery"), ("weather", None)):
        event = decode_event(line(topic=name))
        assert isinstance(event, Message)
        assert event.topic == expected
    event = decode_event(line(topic="weather"), topics={"weather"})
    assert isinstance(event, Message)
    assert event.topic == "weather"


def test_signals_are_read() -> None:
    """Dates stay dates, times become UTC, an unknown name is kept."""
    promise = {"name": "promise", "due": "2026-11-20", "deed": "call"}
    pace = {"name": "pace_request", "until": "2026-11-20T10:00:00+01:00"}
    event = decode_event(line(signals=[promise, pace, {"name": "new", "why": "?"}]))
    assert isinstance(event, Message)
    assert event.signals == (
        Signal(name="promise", due=date(2026, 11, 20), deed="call"),
        Signal(name="pace_request", until=datetime(2026, 11, 20, 9, tzinfo=UTC)),
        Signal(name="new", why="?"),
    )


def a_verdict(zone: timezone, promises: dict[PromiseState, int]) -> Verdict:
    """Return the verdict of one message, with all its times in a zone."""
    message = decode_event(line(signals=[{"name": "complaint"}], refs=["order:1"]))
    (verdict,) = evaluate(collect([message]), datetime(2026, 12, 1, tzinfo=UTC), Policy())
    local: dict[str, Any] = {
        item.name: value.astimezone(zone)
        for item in fields(verdict)
        if isinstance(value := getattr(verdict, item.name), datetime)
    }
    evidence = tuple(replace(one, at=one.at.astimezone(zone)) for one in verdict.evidence)
    return replace(verdict, **local, evidence=evidence, promises=promises)


def test_equal_verdicts_are_written_as_equal_bytes() -> None:
    """Whatever zone their times came in; counts of zero are left out, and all of it comes back."""
    plain = verdict_line(a_verdict(UTC, {"kept": 1}))
    odd = a_verdict(timezone(timedelta(hours=5, minutes=30)), {"late": 0, "kept": 1})
    assert verdict_line(odd) == plain
    assert b'"promises":{"kept":1}' in plain
    assert b"+05:30" not in plain
    assert list(json.loads(plain)) == sorted(json.loads(plain))
    assert verdict_line(decode_verdict(plain)) == plain
    with pytest.raises(BadEvent, match="found no verdict"):
        decode_verdict(b"{}")


def test_what_time_alone_moves_is_no_news() -> None:
    """The steady line is alike in every zone and at every moment, and differs in anything else."""
    verdict = a_verdict(UTC, {"kept": 1})
    odd = a_verdict(timezone(timedelta(hours=5, minutes=30)), {"late": 0, "kept": 1})
    later = replace(verdict, as_of=verdict.as_of + timedelta(days=1), wall_seconds=5)
    others = (
        replace(verdict, attempts=7),
        replace(verdict, facts=replace(verdict.facts, chases=7)),
        replace(verdict, evidence=()),
    )
    lines = [verdict_lines(one) for one in (verdict, odd, later, *others)]
    assert [line for line, _ in lines] == list(map(verdict_line, (verdict, odd, later, *others)))
    told, same, moved, *different = [steady for _, steady in lines]
    assert told == same == moved
    assert told not in different


def test_no_signals_are_not_the_same_as_unread() -> None:
    """An empty list is given: nobody asks a model."""
    given, unread = decode_event(line(signals=[])), decode_event(line(signals=None))
    assert isinstance(given, Message)
    assert isinstance(unread, Message)
    assert given.signals == ()
    assert unread.signals is None


def test_two_response_classes_are_invalid_and_none_is_allowed() -> None:
    """A reply is one thing or the other."""
    one, other = {"name": "stock"}, {"name": "substantive"}
    with pytest.raises(BadEvent, match="stock, substantive, expected at most one"):
        decode_event(line(direction="outbound", signals=[one, other]))
    decode_event(line(direction="outbound", signals=[{"name": "apology"}]))
    decode_event(line(direction="outbound", signals=[one, one]))


BAD: list[tuple[bytes, str]] = [
    (b"", "expected one JSON object"),
    (b"not json", "expected one JSON object"),
    (b"[]", r"found \[\], expected one JSON object"),
    (b"{}", "field `kind`: found nothing"),
    (b"\xff\xfe", "expected one JSON object in UTF-8"),
    (b'{"kind": "message", "reach": NaN}', "expected one JSON object"),
    (b'{"kind": "message", "reach": 1e999}', "expected one JSON object"),
    (line(kind="telepathy"), 'field `kind`: found "telepathy", expected "message"'),
    (line(kind=["message"]), "field `kind`: found "),
    (line(id=...), "field `id`: found nothing, expected a non-empty string"),
    (line(id=""), 'field `id`: found "", expected a non-empty string'),
    (line(id=5), "field `id`: found 5, expected a non-empty string"),
    (line(id="a\x00b"), "field `id`: found .*control characters"),
    (line(at=...), "field `at`: found nothing, expected an RFC 3339 time"),
    (line(at="2026-11-16T09:00:00"), "field `at`: found .* with an offset"),
    (line(at="2026-02-30T09:00:00Z"), "field `at`: found .*2026-02-30"),
    (line(at="yesterday"), "field `at`: found .*yesterday"),
    (line(at=1795000000), "field `at`: found 1795000000"),
    (line(at="0001-01-01T00:00:00+10:00"), "field `at`: found .*no time in UTC"),
    (line(at="9999-12-31T23:59:59Z"), "field `at`: .*a year from 1900"),
    (line(received_at="noon"), "field `received_at`"),
    (line(version=-1), "field `version`: found -1, expected an integer from 0"),
    (line(version=True), "field `version`: found true, expected an integer from 0"),
    (line(version="1"), 'field `version`: found "1", expected an integer from 0'),
    (line(version=1.5), "field `version`: found 1.5, expected an integer from 0"),
    (line(customer=...), "field `customer`: found nothing"),
    (line(customer=[]), r"field `customer`: found \[\], expected a non-empty list"),
    (line(customer="email:a@b.c"), "field `customer`: found .*expected a non-empty list"),
    (line(customer=["ada"]), 'field `customer`: found "ada", expected identifiers "scheme:value"'),
    (line(customer=["x:"]), "field `customer`: found"),
    (line(customer=["x:a", 5]), r"field `customer`: found .*got `int` at `customer\[1\]"),
    (line(customer=None), "field `customer`: found null"),
    (line(text=...), "field `text`: found nothing, expected a string"),
    (line(text=None), "field `text`: found null, expected a string"),
    (line(visibility="secret"), 'field `visibility`: found "secret", expected "public" or "priv'),
    (line(direction="sideways"), "field `direction`: found"),
    (line(channel=""), "field `channel`: found"),
    (line(auto="yes"), 'field `auto`: found "yes", expected true or false'),
    (line(auto=1), "field `auto`: found 1, expected true or false"),
    (line(reach=-5), "field `reach`: found -5"),
    (line(thread=""), "field `thread`: found"),
    (line(refs="order:1"), "field `refs`: found"),
    (line(topic=5), "field `topic`: found 5, expected a string"),
    (line(signals={}), "field `signals`: found"),
    (line(signals=["complaint"]), "field `signals`: found"),
    (line(signals=[{"due": "2026-11-20"}]), "field `signals`: found .*missing required field `na"),
    (line(signals=[{"name": "promise", "due": "Friday"}]), 'found "Friday" as `due`'),
    (line(signals=[{"name": "promise", "due": "2026-02-30"}]), "found .* as `due`"),
    (line(signals=[{"name": "promise", "due": "2026-11-20T09:00:00"}]), "found .* as `due`"),
    (line(signals=[{"name": "apology", "span": [5, 2]}]), "expected its start first"),
    (line(STATUS, status="done"), 'field `status`: found "done", expected "open"'),
    (line(STATUS, status=...), "field `status`: found nothing"),
    (line(IDENTITY, same=["x:ada"]), "field `same`: found .*two or more"),
    (line(IDENTITY, same=["x:ada", "ada"]), 'field `same`: found "ada"'),
    (line(IDENTITY, **{"not": 1}), "field `not`: found 1"),
    (line(FEEDBACK, resolved=...), "found neither `resolved` nor `score`"),
    (line(FEEDBACK, score=6), "field `score`: found 6, expected an integer from 1 to 5"),
    (line(FEEDBACK, score=4.5), "field `score`: found 4.5"),
]


@pytest.mark.parametrize(("raw", "reason"), BAD)
def test_a_bad_line_names_field_finding_and_expectation(raw: bytes, reason: str) -> None:
    """Whoever sent it reads what to mend."""
    with pytest.raises(BadEvent, match=reason):
        decode_event(raw)


def test_identity_needs_no_customer_and_not_retracts() -> None:
    """An assertion names its people in ``same``."""
    event = decode_event(line(IDENTITY, **{"not": True}))
    assert isinstance(event, Identity)
    assert event.retracts
    assert event.customer == ()


@pytest.mark.parametrize(
    "raw",
    [
        line(text="x" * 2000),
        line(deep=json.loads("[" * 40 + "]" * 40)),
        line(customer=[f"x:{number}" for number in range(110)]),
        line(refs=["o:1"] * 110),
    ],
)
def test_limits_of_size_depth_and_number_hold(raw: bytes) -> None:
    """A bomb is refused before it costs much."""
    with pytest.raises(TooLarge, match=r"at most|deeper"):
        decode_event(raw, limits=Limits(bytes_max=1500, items_max=100))


@pytest.mark.parametrize("depth", [1_400, 400_000])
def test_brackets_without_end_are_refused(depth: int) -> None:
    """How deep Python may recurse differs by version; that it is an error of the input does not."""
    with pytest.raises(InputError):
        decode_event(b"[" * depth)
