"""Events and verdicts to bytes, deterministically: sorted keys, UTC with ``Z``, no spaces."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final

import msgspec

from pipeline.domain.events import Event, Identity, Message, Reading, Signal
from pipeline.domain.verdict import RUNNING, Facts, Verdict
from pipeline.errors import BadEvent

_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_VERDICT: Final = msgspec.json.Decoder(Verdict)
_TIMES: Final = attrgetter(*(item.name for item in fields(Verdict) if "datetime" in str(item.type)))
_STEADY: Final = tuple(sorted(item.name for item in fields(Verdict) if item.name not in RUNNING))
_STEADY_OF: Final = attrgetter(*_STEADY)
_TIMES_OF_FACTS: Final = attrgetter(
    *(item.name for item in fields(Facts) if "datetime" in str(item.type))
)


def encode_event(event: Event) -> bytes:
    """Return the line that tells ``event``; `decode_event` gives the same event back."""
    line = dict(event.extra)
    line["kind"] = type(event).__name__.lower()
    for item in fields(event):
        if item.name not in ("extra", "signals", "retracts"):
            _put(line, item.name, getattr(event, item.name), item.default)
    if isinstance(event, Identity) and event.retracts:
        line["not"] = True
    if isinstance(event, Message | Reading) and event.signals is not None:
        line["signals"] = [_signal(one) for one in event.signals]
    return _ENCODER.encode(line)


def verdict_line(verdict: Verdict) -> bytes:
    """Return the verdict as one JSON object, without a line end.

    The keys are those of `Verdict`, sorted; ``promises`` holds the counts that are not zero, and
    equal verdicts give equal bytes.
    """
    if _is_plain(verdict):
        return _ENCODER.encode(verdict)
    return _ENCODER.encode(_line(verdict))


def verdict_lines(verdict: Verdict) -> tuple[bytes, bytes]:
    """Return `verdict_line`, and what it says but for ``as_of`` and the clocks that run on.

    Equal bytes of the second mean that two judgements say the same. It is not to be read back.
    """
    if _is_plain(verdict):
        return _ENCODER.encode(verdict), _ENCODER.encode(_STEADY_OF(verdict))
    line = _line(verdict)
    return _ENCODER.encode(line), _ENCODER.encode([line[name] for name in _STEADY])


def _line(verdict: Verdict) -> dict[str, Any]:
    line = {item.name: _utc(getattr(verdict, item.name)) for item in fields(verdict)}
    line["promises"] = {state: count for state, count in verdict.promises.items() if count}
    line["facts"] = {
        item.name: _utc(getattr(verdict.facts, item.name)) for item in fields(verdict.facts)
    }
    line["evidence"] = [
        {"event": one.event, "rule": one.rule, "at": _utc(one.at), "span": one.span}
        for one in verdict.evidence
    ]
    return line


def decode_verdict(line: bytes) -> Verdict:
    """Return the verdict that `verdict_line` wrote.

    Raises:
        BadEvent: the bytes are not such a line.
    """
    try:
        return _VERDICT.decode(line)
    except (ValueError, RecursionError) as error:
        raise BadEvent(f"found no verdict ({error}), expected a line of `ccm replay`") from None


def _is_plain(verdict: Verdict) -> bool:
    """Return whether the verdict can be written as it is, which is four times as fast."""
    times = (*_TIMES(verdict), *_TIMES_OF_FACTS(verdict.facts))
    return (
        type(verdict.promises) is dict
        and all(verdict.promises.values())
        and all(at is None or at.tzinfo is UTC for at in times)
        and all(one.at.tzinfo is UTC for one in verdict.evidence)
    )


def _put(line: dict[str, Any], name: str, value: Any, default: Any) -> None:
    """Write what differs from the default, and everything that has none."""
    if value != default:
        line[name] = _utc(value)


def _signal(signal: Signal) -> Mapping[str, Any]:
    told: dict[str, Any] = {}
    for item in fields(signal):
        _put(told, item.name, getattr(signal, item.name), item.default)
    return told


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
