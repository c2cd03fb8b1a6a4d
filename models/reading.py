"""What a reader takes and gives. Every reader, rules or encoder, implements ``Reader``.

The names of the signals and their meaning are those of the interchange format (definitions, section
2), plus ``unread``: the text could not be read, and ``why`` says the reason. A reading is a pure
function of the text, its context and the reader's version: the same input gives the same output,
always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

Direction = Literal["inbound", "outbound"]

PRESENT: Final = 0.5
"""A signal counts as present from this probability (the contract of ``ccm read``)."""

INBOUND: Final = (
    "complaint",
    "info_supplied",
    "chase",
    "dispute",
    "pace_request",
    "new_issue",
    "accepts",
    "thanks",
    "withdraws",
    "threat",
    "external",
    "prior_contact",
    "not_a_complaint",
    "spam",
    "duplicate",
    "third_party",
)
"""What a customer's text may say."""

RESPONSE_CLASSES: Final = ("auto_ack", "stock", "info_request", "referral", "substantive")
"""What a company's text is: exactly one of these."""

OUTBOUND: Final = (
    *RESPONSE_CLASSES,
    "resolution_claim",
    "apology",
    "ownership",
    "deflection",
    "rejection",
    "promise",
    "handoff",
    "proactive",
)
"""What a company's text may say: one response class and any of the others."""

SEVERITIES: Final = ("none", "no_explicit_reproach", "disapproval", "accusation", "blame")
"""How severe a customer's text is, the mildest first."""

UNREAD: Final = "unread"
"""The text could not be read; ``why`` says the reason. Alone on its reading."""

THEMES: Final = (
    "delivery",
    "billing",
    "refund",
    "product",
    "outage",
    "account",
    "cancellation",
    "staff",
    "website",
    "repair",
    "contract",
    "fraud",
    "privacy",
    "booking",
    "price",
    "other",
)
"""The default closed list of themes (``topic`` in the interchange format; definitions, section
8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A message that came earlier in the same thread."""

    direction: Direction
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text to read.

    Attributes:
        id: given back on the reading, otherwise unused.
        text: plain text; quotes and signatures are already gone.
        direction: ``inbound`` (customer to company) or ``outbound``.
        context: the messages of the thread before this one, oldest first.
        at: when it was written, aware; without it deadlines are seen but not resolved.
        zone: IANA zone in which "tomorrow" is meant; an unknown zone counts as UTC.
        replies_alike: for ``outbound``, in how many other conversations the same company wrote the
            like before (``models.stock``); null when nobody counted.
    """

    id: str
    text: str
    direction: Direction
    context: tuple[Passage, ...] = ()
    at: datetime | None = None
    zone: str = "UTC"
    replies_alike: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that a text says.

    Attributes:
        name: one of ``INBOUND``, ``OUTBOUND`` or ``unread``.
        probability: 0 to 1; present from ``PRESENT``.
        span: character offsets ``[start, end)`` in the text as given, or null when the whole text
            says it.
        due: for ``promise``, the last moment at which it is kept; aware UTC.
        until: for ``pace_request``, the moment until which the customer wants to be left alone;
            aware UTC.
        deed: for ``promise``, what was promised: ``refund``, ``replace``, ``deliver``, ``contact``,
            ``fix``, …
        why: the name of the rule that decided; for ``unread`` the reason.
        channel: for ``prior_contact``, where the earlier contact was: ``phone``, ``email``,
            ``chat``, ``dm``, …
        asks: for ``info_request``, what is asked for: ``order_number``, ``photo``, … in
            alphabetical order.
        given: for ``info_request``, which of ``asks`` the customer had given before: with any of
            them the request is a re-ask.
    """

    name: str
    probability: float
    span: tuple[int, int] | None = None
    due: datetime | None = None
    until: datetime | None = None
    deed: str | None = None
    why: str | None = None
    channel: str | None = None
    asks: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one text says. ``signals`` holds those present only, in the order of the lists above.

    ``severity`` is one of ``SEVERITIES``, null when not judged; ``theme`` one of the reader's list
    (``THEMES`` where none is set) or null; ``lang`` a BCP 47 tag or null when not known.
    """

    id: str
    signals: tuple[Signal, ...]
    severity: str | None = None
    theme: str | None = None
    lang: str | None = None


class Reader(Protocol):
    """Reads texts. The readings come in the order of the texts, one for each; no text makes it
    raise."""

    @property
    def version(self) -> str:
        """Changes whenever the same text could read differently."""
        ...

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads each text in its context."""
        ...


def unread(text_id: str, why: str, lang: str | None = None) -> Reading:
    """The reading of a text that could not be read, with the reason in words."""
    signal = Signal(name=UNREAD, probability=1.0, why=why)
    return Reading(id=text_id, signals=(signal,), lang=lang)
