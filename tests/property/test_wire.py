"""Any event survives writing and reading; any bytes are read or refused, never more."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.events import (
    INBOUND_SIGNALS,
    Erasure,
    Event,
    Feedback,
    Identity,
    Message,
    Reading,
    Signal,
    Status,
)
from pipeline.errors import InputError
from pipeline.wire import decode_event, encode_event

NAMES = st.text(min_size=1, max_size=12).filter(lambda text: "\x00" not in text)
TIMES = st.datetimes(datetime(1901, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware by the strategy
MOMENTS = st.none() | TIMES | st.dates(date(1901, 1, 1), date(2900, 1, 1))
LABELS = st.lists(NAMES, max_size=3).map(tuple)
IDENTIFIERS = st.sampled_from(("x:ada", "email:ada@example.org", "phone:+491234", "crm:ß 7"))
NUMBERS = st.integers(0, 2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
SIGNALS = st.builds(
    Signal,
    name=st.sampled_from(sorted(INBOUND_SIGNALS | {"unheard_of", "promise"})),
    due=MOMENTS,
    until=MOMENTS,
    why=st.none() | st.text(max_size=8),
    deed=st.none() | st.text(max_size=8),
    channel=st.none() | st.text(max_size=8),
    asks=LABELS,
    given=LABELS,
    span=st.none() | st.tuples(st.integers(0, 9), st.integers(9, 99)),
    probability=st.floats(0, 1),
)
COMMON = {
    "id": NAMES,
    "at": TIMES,
    "version": NUMBERS,
    "received_at": st.none() | TIMES,
    "customer": st.lists(IDENTIFIERS, min_size=1, max_size=3).map(tuple),
    "extra": st.dictionaries(NAMES.map("x_{}".format), VALUES, max_size=3),
}
THREAD = {"thread": st.none() | NAMES, "refs": LABELS}
TOPIC = {"topic": st.none() | st.just("delivery"), "team": st.none() | st.text(max_size=8)}
MESSAGES = st.builds(
    Message,
    **COMMON,
    **THREAD,
    **TOPIC,
    channel=NAMES,
    visibility=st.sampled_from(("public", "private")),
    direction=st.just("inbound"),
    text=st.text(),
    subject=st.none() | st.text(max_size=8),
    lang=st.none() | st.text(max_size=8),
    in_reply_to=st.none() | NAMES,
    auto=st.booleans(),
    reach=st.none() | NUMBERS,
    signals=st.none() | st.lists(SIGNALS, max_size=3).map(tuple),
    deleted=st.booleans(),
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    MESSAGES,
    st.builds(Status, **COMMON, **THREAD, **TOPIC, status=st.sampled_from(("open", "solved"))),
    st.builds(
        Identity,
        **{**COMMON, "customer": st.just(())},
        same=st.lists(IDENTIFIERS, min_size=2, max_size=3).map(tuple),
        retracts=st.booleans(),
        evidence=st.none() | st.text(max_size=8),
    ),
    st.builds(Feedback, **COMMON, **THREAD, resolved=st.booleans(), score=st.none() | st.just(3)),
    st.builds(Erasure, **COMMON),
    st.builds(
        Reading,
        **COMMON,
        of=NAMES,
        message_version=NUMBERS,
        model=NAMES,
        signals=st.lists(SIGNALS, max_size=3).map(tuple),
        severity=st.none() | NAMES,
        theme=st.none() | NAMES,
        lang=st.none() | NAMES,
    ),
)


@given(EVENTS)
def test_what_is_written_is_read_again(event: Event) -> None:
    """Equal, unknown fields and microseconds included; and written the same again."""
    line = encode_event(event)
    assert b"\n" not in line
    again = decode_event(line)
    assert again == event
    assert encode_event(again) == line


@given(EVENTS, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
def test_the_offset_of_a_time_does_not_matter(event: Event, offset: timedelta) -> None:
    """09:00Z and 10:00+01:00 are the same moment."""
    told = msgspec.json.decode(encode_event(event))
    minutes = int(offset.total_seconds()) // 60
    local = (event.at + timedelta(minutes=minutes)).replace(tzinfo=None).isoformat()
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    told["at"] = f"{local}{sign}{minutes // 60:02}:{minutes % 60:02}"
    assert decode_event(msgspec.json.encode(told)) == event


@given(st.binary(max_size=60) | VALUES.map(msgspec.json.encode))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes) -> None:
    """No other exception ever leaves the decoder."""
    assert refusal(raw) != ""


@given(EVENTS, st.data())
def test_one_wrong_field_is_read_or_refused_in_words(event: Event, data: st.DataObject) -> None:
    """Whatever stands in a known field."""
    told = msgspec.json.decode(encode_event(event))
    told[data.draw(st.sampled_from(sorted(told)))] = data.draw(VALUES)
    reason = refusal(msgspec.json.encode(told))
    assert reason is None or "found" in reason or "at most" in reason


def refusal(raw: bytes) -> str | None:
    """Return why a line is refused; None where it is read."""
    try:
        decode_event(raw)
    except InputError as error:
        return error.reason
    return None
