"""A customer is forgotten: texts go, identifiers become pseudonyms, the verdict stays.

The pseudonym ``erased:<digest>`` is keyed with a secret of the data directory, so that what was
linked stays linked, and nobody without the key can tell who it was. What the texts were read to say
is kept as signals of the messages; the readings themselves, whose ids are digests of the texts, are
blanked. Ids of events and references are left as they are: other systems' names for the
case, without which it could not be found again.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from pipeline.domain.events import NOTHING, Erasure, Event, Identity, Message, Reading
from pipeline.domain.linking import persons
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline, known
from pipeline.errors import StoreError
from pipeline.wire import encode_event

ERASED: Final = "erased:"
BLANK: Final = "reading:erased"
KEY_FILE: Final = "erasure.key"
KEY_BYTES: Final = 32


def load_key(data: Path) -> bytes:
    """Return the secret of a data directory; it is made at the first call.

    Raises:
        StoreError: it can be neither read nor written.
    """
    path = data / KEY_FILE
    try:
        if not path.exists():
            data.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(KEY_BYTES))
        return path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: cannot be used ({error.strerror})") from None


def is_to_erase(event: Event) -> bool:
    """Return whether an event asks to forget somebody who is still named."""
    return isinstance(event, Erasure) and any(not one.startswith(ERASED) for one in event.customer)


def forget(timeline: Timeline, key: bytes, as_of: datetime, policy: Policy) -> Timeline:
    """Return the timeline without the words and names of those who asked to be forgotten.

    Args:
        timeline: with all texts heard; what they say would be lost otherwise.
        key: of `load_key`.
        as_of: the moment that decides who is one person.
        policy: gives the clock skew.
    """
    events, _ = known(timeline, as_of, policy.clock_skew)
    asked = {name for event in events if is_to_erase(event) for name in event.customer}
    names, ids = set(asked), set[str]()
    for person in persons([event for event in events if not isinstance(event, Erasure)]):
        if not asked.isdisjoint(person.identifiers):
            names.update(person.identifiers)
            ids.update(event.id for event in person.events)
    versions = {
        name: tuple(
            _forgotten(event, names, key) if name in ids or _names(event) & names else event
            for event in held
        )
        for name, held in timeline.versions.items()
    }
    return Timeline(versions=versions, conflicts=timeline.conflicts)


def rewritten(timeline: Timeline) -> Callable[[bytes], bytes | None]:
    """Return what a record of the log becomes after an erasure; None where it stays as it is.

    Args:
        timeline: of which something was forgotten; none of its texts needs a reading any more.
    """
    events = {(one.id, one.version): one for one in timeline.all()}

    def line(raw: bytes) -> bytes | None:
        head = _head(raw)
        if head.kind == "reading":
            message = events.get((head.of, head.message_version or 0))
            return None if message is None else encode_event(_blank(message))
        event = events.get((head.id, head.version or 0))
        return None if event is None else encode_event(event)

    return line


class _Head(Struct):
    id: str = ""
    version: int | None = None
    kind: str = ""
    of: str = ""
    message_version: int | None = None


_HEAD: Final = Decoder(_Head)


def _head(raw: bytes) -> _Head:
    """Return which event a record holds; one without an id where it holds none."""
    try:
        return _HEAD.decode(raw)
    except (ValueError, RecursionError):
        return _Head()


def _blank(message: Event) -> Reading:
    """Return a reading that covers no text and says nothing."""
    return Reading(
        id=BLANK,
        at=message.at,
        customer=message.customer,
        of=message.id,
        message_version=message.version,
        model=ERASED,
    )


def _names(event: Event) -> set[str]:
    return {*event.customer, *(event.same if isinstance(event, Identity) else ())}


def _forgotten(event: Event, names: set[str], key: bytes) -> Event:
    event = replace(event, customer=_pseudonyms(event.customer, names, key), extra=NOTHING)
    if isinstance(event, Identity):
        return replace(event, same=_pseudonyms(event.same, names, key))
    if not isinstance(event, Message):
        return event
    signals = tuple(replace(signal, span=None) for signal in event.signals or ())
    return replace(event, text="", subject=None, signals=signals)


def _pseudonyms(told: Iterable[str], names: set[str], key: bytes) -> tuple[str, ...]:
    return tuple(_pseudonym(name, key) if name in names else name for name in told)


def _pseudonym(name: str, key: bytes) -> str:
    if name.startswith(ERASED):
        return name
    return ERASED + blake2b(name.encode(), key=key, digest_size=16).hexdigest()
