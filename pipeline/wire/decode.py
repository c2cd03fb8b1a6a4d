"""Bytes to events, strictly: a known field of the wrong type or value makes the line bad."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from sys import intern
from typing import Any, Final, NamedTuple

import msgspec

from pipeline.domain.events import (
    NOTHING,
    RESPONSE_CLASSES,
    TOPICS,
    Erasure,
    Event,
    Feedback,
    Identity,
    Message,
    Moment,
    Reading,
    Signal,
    Status,
)
from pipeline.errors import BadEvent, TooLarge
from pipeline.wire.schema import (
    DEFAULT_LIMITS,
    EXPECTED,
    Limits,
    Line,
    Time,
    ToldErasure,
    ToldFeedback,
    ToldIdentity,
    ToldMessage,
    ToldReading,
    ToldSignal,
    ToldStatus,
)
from pipeline.wire.upcast import FORMAT, upcast

_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LAST = datetime(9000, 1, 1, tzinfo=UTC)
_KNOWN_TOPICS: Final = frozenset(TOPICS)
KINDS: Final = '"message", "status", "identity", "feedback", "erasure" or "reading"'


def decode_event(
    line: bytes,
    *,
    topics: Collection[str] | None = _KNOWN_TOPICS,
    limits: Limits = DEFAULT_LIMITS,
) -> Event:
    """Return the event that one line of the interchange format tells.

    Args:
        line: one JSON object in UTF-8.
        topics: the closed list of topics; another topic counts as absent. None: all are kept.
        limits: what a line may hold.

    Raises:
        BadEvent: the line cannot be used; the reason names the field, what was found in it and
            what was expected.
        TooLarge: a limit was passed.
    """
    if len(line) > limits.bytes_max:
        raise TooLarge(f"the event has {len(line)} bytes, at most {limits.bytes_max} are allowed")
    found = _json_object(line, limits)
    if FORMAT in found:
        found = upcast(found)
    kind = _KINDS.get(found["kind"])
    if kind is None:
        raise _bad(found, "kind", KINDS)
    try:
        told = msgspec.convert(found, kind.told)
    except msgspec.ValidationError as error:
        raise _explained(found, str(error)) from None
    return kind.build(told, _common(told, found, kind.names, limits), topics, limits)


def _json_object(line: bytes, limits: Limits) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(line)
    except RecursionError:
        raise TooLarge(f"the line nests deeper than {limits.depth_max} levels") from None
    except ValueError as error:
        raise BadEvent(f"found no JSON ({error}), expected one JSON object in UTF-8") from None
    if not isinstance(found, dict):
        raise BadEvent(f"found {_shown(found)}, expected one JSON object")
    if type(found.get("kind")) is not str:
        raise _bad(found, "kind", KINDS)
    return found


def _common(
    told: Line, found: dict[str, Any], names: frozenset[str], limits: Limits
) -> dict[str, Any]:
    """Return what every kind carries, ready for the constructors of the domain."""
    if "\x00" in told.id:
        raise _bad(found, "id", "a non-empty string without control characters")
    customer = told.customer or ()
    common: dict[str, Any] = {
        "id": told.id,
        "at": _utc(told.at, "at"),
        "version": told.version or 0,
        "customer": _identifiers("customer", customer, limits),
    }
    if told.received_at is not None:
        common["received_at"] = _utc(told.received_at, "received_at")
    if not names.issuperset(found):
        common["extra"] = _extra(found, names, limits)
    return common


def _extra(found: dict[str, Any], names: frozenset[str], limits: Limits) -> Mapping[str, Any]:
    extra = {name: value for name, value in found.items() if name not in names}
    for name, value in extra.items():
        if not _is_shallow(value, limits.depth_max):
            raise TooLarge(f"field `{name}` nests deeper than {limits.depth_max} levels")
    return extra or NOTHING


def _is_shallow(value: Any, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return depth > 0 and all(_is_shallow(one, depth - 1) for one in inner)


def _message(
    told: ToldMessage, common: dict[str, Any], topics: Collection[str] | None, limits: Limits
) -> Message:
    signals = told.signals
    return Message(
        **common,
        channel=intern(told.channel),
        visibility=told.visibility,
        direction=told.direction,
        text=told.text,
        subject=told.subject,
        lang=told.lang,
        thread=told.thread,
        in_reply_to=told.in_reply_to,
        refs=_labels("refs", told.refs, limits),
        auto=bool(told.auto),
        reach=told.reach,
        signals=None if signals is None else _signals(signals, told.direction, limits),
        deleted=bool(told.deleted),
        topic=told.topic if topics is None or told.topic in topics else None,
        team=told.team,
    )


def _status(
    told: ToldStatus, common: dict[str, Any], topics: Collection[str] | None, limits: Limits
) -> Status:
    return Status(
        **common,
        status=told.status,
        thread=told.thread,
        refs=_labels("refs", told.refs, limits),
        topic=told.topic if topics is None or told.topic in topics else None,
        team=told.team,
    )


def _identity(
    told: ToldIdentity, common: dict[str, Any], _topics: Collection[str] | None, limits: Limits
) -> Identity:
    return Identity(
        **common,
        same=_identifiers("same", told.same, limits),
        retracts=bool(told.not_),
        evidence=told.evidence,
    )


def _feedback(
    told: ToldFeedback, common: dict[str, Any], _topics: Collection[str] | None, limits: Limits
) -> Feedback:
    if told.resolved is None and told.score is None:
        raise BadEvent("found neither `resolved` nor `score`, expected at least one of them")
    return Feedback(
        **common,
        resolved=told.resolved,
        score=told.score,
        thread=told.thread,
        refs=_labels("refs", told.refs, limits),
    )


def _erasure(
    _told: ToldErasure, common: dict[str, Any], _topics: Collection[str] | None, _limits: Limits
) -> Erasure:
    return Erasure(**common)


def _reading(
    told: ToldReading, common: dict[str, Any], _topics: Collection[str] | None, limits: Limits
) -> Reading:
    return Reading(
        **common,
        of=told.of,
        message_version=told.message_version or 0,
        model=intern(told.model),
        signals=_signals(told.signals, "outbound", limits),
        severity=told.severity,
        theme=told.theme,
        lang=told.lang,
    )


def _signals(told: tuple[ToldSignal, ...], direction: str, limits: Limits) -> tuple[Signal, ...]:
    if not told:
        return ()
    _labels("signals", told, limits)
    classes = {one.name for one in told if one.name in RESPONSE_CLASSES}
    if len(classes) > 1 and direction == "outbound":
        raise BadEvent(
            f"field `signals`: found the response classes {', '.join(sorted(classes))}, "
            "expected at most one"
        )
    return tuple(map(_signal, told))


@lru_cache(maxsize=1 << 12)
def _signal(told: ToldSignal) -> Signal:
    """Return a signal; cached, because most say no more than their name."""
    span = told.span
    if span is not None and span[0] > span[1]:
        raise BadEvent(f"field `signals`: found the span {span}, expected its start first")
    return Signal(
        name=intern(told.name),
        due=_moment("due", told.due),
        until=_moment("until", told.until),
        why=told.why,
        deed=told.deed,
        channel=told.channel,
        asks=told.asks or (),
        given=told.given or (),
        span=span,
        probability=1.0 if told.probability is None else told.probability,
    )


def _moment(name: str, value: str | None) -> Moment | None:
    """Return an aware UTC time, or the bare date that ``value`` is."""
    if value is None:
        return None
    try:
        if len(value) == len("2026-11-20"):
            return msgspec.convert(value, date)
        return _utc(msgspec.convert(value, Time), name)
    except msgspec.ValidationError:
        raise BadEvent(
            f"field `signals`: found {_shown(value)} as `{name}`, "
            "expected a date or an RFC 3339 time with an offset"
        ) from None


def _utc(at: datetime, name: str) -> datetime:
    if at.tzinfo is not UTC:
        try:
            at = at.astimezone(UTC)
        except OverflowError:
            raise BadEvent(f"field `{name}`: found {at}, which has no time in UTC") from None
    if not _FIRST <= at < _LAST:
        raise BadEvent(f"field `{name}`: found {at.isoformat()}, expected a year from 1900 to 8999")
    return at


def _identifiers(name: str, told: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    if len(told) == 1:
        return (_identifier(name, told[0]),)
    return tuple(_identifier(name, one) for one in _labels(name, told, limits))


@lru_cache(maxsize=1 << 16)
def _identifier(name: str, value: str) -> str:
    """Return the identifier in lower case; cached, because customers come again."""
    scheme, colon, rest = value.partition(":")
    if not colon or not scheme.strip() or not rest.strip() or "\x00" in value:
        raise BadEvent(
            f"field `{name}`: found {_shown(value)}, "
            'expected identifiers "scheme:value" such as "email:ada@example.org"'
        )
    return value.lower()


def _labels(name: str, told: tuple[Any, ...] | None, limits: Limits) -> tuple[Any, ...]:
    if told and len(told) > limits.items_max:
        raise TooLarge(
            f"field `{name}` has {len(told)} entries, at most {limits.items_max} are allowed"
        )
    return told or ()


def _explained(found: dict[str, Any], error: str) -> BadEvent:
    """Return the error in the words of the format: field, what was found, what is expected."""
    problem, _, path = error.partition(" - at `$.")
    if path:
        name = path.rstrip("`").split(".")[0].split("[")[0]
    else:
        name = problem.rpartition(" `")[2].rstrip("`")
    inside = f" ({problem} at `{path}" + ")" if "[" in path else ""
    expected = EXPECTED.get(name, "a string")
    return BadEvent(f"{_bad(found, name, expected).reason}{inside}")


def _bad(found: dict[str, Any], name: str, expected: str) -> BadEvent:
    value = _shown(found[name]) if name in found else "nothing"
    return BadEvent(f"field `{name}`: found {value}, expected {expected}")


def _shown(value: Any, width: int = 60) -> str:
    try:
        text = msgspec.json.encode(value).decode()
    except OverflowError:
        text = "an integer of more than 64 bits"
    return text if len(text) <= width else text[: width - 1] + "…"


class _Kind(NamedTuple):
    """How one kind is told, which names it knows, and who builds it."""

    told: type[Line]
    names: frozenset[str]
    build: Callable[[Any, dict[str, Any], Collection[str] | None, Limits], Event]


def _kind(told: type[Line], build: Callable[..., Event]) -> _Kind:
    return _Kind(told, frozenset(told.__struct_encode_fields__), build)


_KINDS: Final[dict[str, _Kind]] = {
    "message": _kind(ToldMessage, _message),
    "status": _kind(ToldStatus, _status),
    "identity": _kind(ToldIdentity, _identity),
    "feedback": _kind(ToldFeedback, _feedback),
    "erasure": _kind(ToldErasure, _erasure),
    "reading": _kind(ToldReading, _reading),
}
