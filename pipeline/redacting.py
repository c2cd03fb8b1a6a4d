"""Messages without the personal data in their texts, for whoever shows or keeps them for people."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

from models.redaction import Redacted, redact
from models.redaction import Settings as Redaction
from pipeline.config import Settings
from pipeline.domain.events import Event, Message, Signal

Redact = Callable[[str, frozenset[str]], Redacted]
"""A text, and the names that its writer or reader is known to have, to the text without them."""

TEXTS_KNOWN_MAX: Final = 5_000
NAME_LENGTH_MIN: Final = 3
NOBODY: Final[frozenset[str]] = frozenset()
_ROLES_WORDS: Final = """
    admin billing complaints contact customer hello help info mail office sales service support team
    user
"""
_ROLES: Final = frozenset(_ROLES_WORDS.split())
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def build_redact(keep: frozenset[str]) -> Redact:
    """Return what takes personal data out of a text; texts of lately are remembered.

    Args:
        keep: the company's own handles and addresses, which are no personal data.
    """
    return lru_cache(TEXTS_KNOWN_MAX)(partial(redact, settings=Redaction(keep=keep)))


def redaction_of(settings: Settings) -> Redact | None:
    """Return what takes personal data out of texts that are shown; None where they stay whole."""
    return shared_redaction_of(settings) if settings.server.redact else None


def shared_redaction_of(settings: Settings) -> Redact:
    """Return what takes personal data out of texts that leave the house, whatever pages show.

    The company's own addresses and handles stay.
    """
    ours = settings.company
    handles = (*ours.handles, *(f"@{handle}" for handle in ours.handles))
    return build_redact(frozenset({*ours.addresses, *handles}))


def names_of(customer: Iterable[str]) -> frozenset[str]:
    """Return the words of addresses and handles, which are mostly names: ``email:ada.king@…``."""
    accounts = (one.partition(":")[2].partition("@")[0].partition(".bsky.")[0] for one in customer)
    words = (word.casefold() for account in accounts for word in _LETTERS.findall(account))
    return frozenset(word for word in words if len(word) >= NAME_LENGTH_MIN) - _ROLES


def redacted(event: Event, redact: Redact, names: frozenset[str] = NOBODY) -> Event:
    """Return an event with placeholders for personal data; its signals mark the same words.

    Args:
        event: any; only messages hold texts.
        redact: takes personal data out of a text.
        names: words that are names in it besides those that its customer's identifiers show.
    """
    if not isinstance(event, Message):
        return event
    called = names | names_of(event.customer)
    found = redact(event.text, called)
    return replace(
        event,
        text=found.text,
        subject=None if event.subject is None else redact(event.subject, called).text,
        signals=None
        if event.signals is None
        else tuple(_moved(one, found) for one in event.signals),
        extra={},
    )


def _moved(signal: Signal, found: Redacted) -> Signal:
    return signal if signal.span is None else replace(signal, span=found.span(*signal.span))
