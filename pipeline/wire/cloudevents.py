"""CloudEvents 1.0 in Kafka's binary mode: what a record is, in headers, for programs beside us.

The value stays the line of the interchange format as it came; ``ce_`` headers say what it is
(`CloudEvents Kafka protocol binding <https://github.com/cloudevents/spec>`_, 3.2). They follow from
the value alone, so that a record that is sent again, from wherever, has the same.

===================  ==============================================================================
``ce_id``            of an event its id, and ``#VERSION`` behind it if there is one; of a dead
                     letter a digest of it
``ce_type``          ``complaint-channel-monitor.event.KIND`` or ``….dead-letter``
``ce_source``        ``/complaint-channel-monitor``
``ce_time``          when it happened
``ce_subject``       of an event its thread; of a dead letter where it came from
===================  ==============================================================================

Nothing of ours reads them: they are a courtesy, and what they say stands in the value.
"""

from hashlib import sha256
from typing import Final
from urllib.parse import quote

import msgspec

SPEC_VERSION: Final = "1.0"
NAMESPACE: Final = "complaint-channel-monitor"
CONTENT_TYPE: Final = "application/json"
_ID_CHARS_MAX: Final = 512

Headers = list[tuple[str, bytes]]


class _Told(msgspec.Struct):
    """What events and dead letters have of what the headers say."""

    id: str | None = None
    kind: str | None = None
    at: str | None = None
    version: int | None = None
    thread: str | None = None
    reason: str | None = None
    origin: str | None = None


def headers_of(value: bytes | None) -> Headers:
    """Return the headers of a record; none where it is neither an event nor a dead letter."""
    if value is None:
        return []
    try:
        told = msgspec.json.decode(value, type=_Told)
    except (ValueError, RecursionError):
        return []
    if told.id and told.kind:
        number = f"{told.id}#{told.version}" if told.version else told.id
        return _headers(number, f"event.{told.kind}", told.at, told.thread)
    if told.reason is not None and told.origin is not None:
        return _headers(sha256(value).hexdigest(), "dead-letter", told.at, told.origin)
    return []


def _headers(number: str, kind: str, at: str | None, subject: str | None) -> Headers:
    named = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": number,
        "ce_source": f"/{NAMESPACE}",
        "ce_type": f"{NAMESPACE}.{kind}",
        "ce_time": at,
        "ce_subject": subject,
        "content-type": CONTENT_TYPE,
    }
    return [(name, _written(value)) for name, value in named.items() if value]


def _written(value: str) -> bytes:
    """Return a value as the binding has it: printable ASCII, all else as percent signs."""
    return quote(value[:_ID_CHARS_MAX], safe=" !#$&'()*+,-./:;<=>?@[]^_`{|}~").encode()
