"""Messages without the personal data in their texts, for whoever shows or keeps them for people."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

from models.redaction import Redacted, redact
from models.redaction import Settings as Redaction
from pipeline.config import Settings
from pipeline.domain.events import Event, Message, Signal

Redact = Callable[[str], Redacted]
TEXTS_KNOWN_MAX: Final = 5_000


def build_redact(keep: frozenset[str]) -> Redact:
    """Return what takes personal data out of a text; texts of lately are remembered.

    Args:
        keep: the company's own handles and addresses, which are no personal data.
    """
    return lru_cache(TEXTS_KNOWN_MAX)(partial(redact, settings=Redaction(keep=keep)))


def redaction_of(settings: Settings) -> Redact | None:
    """Return what takes personal data out of texts that are shown; None where they stay whole.

    The company's own addresses and handles stay.
    """
    if not settings.server.redact:
        return None
    ours = settings.company
    handles = (*ours.handles, *(f"@{handle}" for handle in ours.handles))
    return build_redact(frozenset({*ours.addresses, *handles}))


def redacted(event: Event, redact: Redact) -> Event:
    """Return an event with placeholders for personal data; its signals mark the same words."""
    if not isinstance(event, Message):
        return event
    found = redact(event.text)
    return replace(
        event,
        text=found.text,
        subject=None if event.subject is None else redact(event.subject).text,
        signals=None
        if event.signals is None
        else tuple(_moved(one, found) for one in event.signals),
        extra={},
    )


def _moved(signal: Signal, found: Redacted) -> Signal:
    return signal if signal.span is None else replace(signal, span=found.span(*signal.span))
