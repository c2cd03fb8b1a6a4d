"""Takes personal data out of a text: ``redact(text)`` gives the text with placeholders.

Stable placeholders, ``[email]``, ``[phone]``, ``[name]`` …, one for each kind in ``KINDS``, which
are never taken for personal data themselves. Found by pattern and checksum (Luhn for cards, mod 97
for IBANs), phone numbers by the phonenumbers library, names by their place (after a greeting, under
a closing or in its place, after "my name is", "Mr") or because the caller knows that the writer is
called so: a name elsewhere is **not** found, no dictionary is asked. English texts first; streets
and postcodes of some other countries.

A part of a text that was marked in the original (a signal's span) is found again with
``Redacted.span``. Bound: ``CHARS_MAX`` characters, what lies beyond is left out and never shown
unread; work and memory are linear in that.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from models.redaction.names import find_known, find_names
from models.redaction.patterns import DETECTORS, LAST_DETECTORS, Detector, reference_detector
from models.redaction.phones import find_phones

KINDS: Final = (
    *("email", "link", "handle", "card", "iban", "account", "id_number", "birth_date", "secret"),
    *("phone", "address", "postcode", "reference", "ip", "name"),
)
"""What is taken out. ``link`` is the part of a page's address behind which someone's data lies (its
query, token or log-in); ``reference`` the number of an order, booking, case or customer."""

CHARS_MAX: Final = 100_000
"""Characters of a text that are kept."""

CUT: Final = "[…]"
"""Stands where a longer text was cut."""

PHONE_REGIONS: Final = ("GB", "US", "IN")
"""Where numbers without a country code may be at home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A piece of personal data, by its offsets ``[start, end)`` in the original text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a company can say about its texts.

    Attributes:
        keep: words that are no personal data although they look so: the company's own handles,
            addresses, telephone numbers and names, in any case.
        references: patterns of the company's own numbers, beside the usual ones.
        phone_regions: ISO 3166 codes of the countries whose numbers come without a country code.
    """

    keep: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()
    phone_regions: tuple[str, ...] = PHONE_REGIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text without what was found, and the way from the original's offsets to its own."""

    text: str
    found: tuple[Found, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the original stands now; one that cuts into a placeholder takes all of
        it."""
        first, last = self._moved(start, False), self._moved(max(start, end), True)
        return min(first, len(self.text)), min(max(first, last), len(self.text))

    def _moved(self, offset: int, at_end: bool) -> int:
        before = bisect_right(self.found, offset - at_end, key=lambda one: one.start)
        shift = sum(_growth(one) for one in self.found[:before])
        if before and offset < self.found[before - 1].end + at_end:
            cut = self.found[before - 1]
            shift -= _growth(cut)
            return cut.start + shift + (len(_placeholder(cut.kind)) if at_end else 0)
        return offset + shift


_DEFAULT: Final = Settings()


def redact(
    text: str, names: frozenset[str] = frozenset(), settings: Settings = _DEFAULT
) -> Redacted:
    """Replaces personal data by placeholders; total for any ``str``.

    Args:
        text: what somebody wrote.
        names: words of which it is known that the persons concerned are called so, casefolded: they
            are names wherever they stand with a capital.
        settings: what the company says about its texts.
    """
    head = text[:CHARS_MAX]
    found = tuple(_apart(_kept_out(_all(head, names, settings), head, settings)))
    pieces, done = [], 0
    for one in found:
        pieces += [head[done : one.start], _placeholder(one.kind)]
        done = one.end
    pieces += [head[done:], CUT if len(text) > CHARS_MAX else ""]
    return Redacted(text="".join(pieces), found=found)


def _all(text: str, names: frozenset[str], settings: Settings) -> Iterator[Found]:
    """Everything that looks personal, the surest kinds first; it may overlap."""
    own = tuple(reference_detector(pattern) for pattern in settings.references)
    for detector in (*own, *DETECTORS):
        yield from _matches(detector, text)
    for start, end in find_phones(text, settings.phone_regions):
        yield Found(kind="phone", start=start, end=end)
    for detector in LAST_DETECTORS:
        yield from _matches(detector, text)
    for start, end in chain(find_names(text), find_known(text, names)):
        yield Found(kind="name", start=start, end=end)


def _matches(detector: Detector, text: str) -> Iterator[Found]:
    for match in detector.pattern.finditer(text):
        start, end = match.span("it")
        if start < end and (detector.holds is None or detector.holds(match["it"])):
            yield Found(kind=detector.kind, start=start, end=end)


def _kept_out(found: Iterable[Found], text: str, settings: Settings) -> Iterator[Found]:
    keep = {word.casefold() for word in settings.keep}
    return (one for one in found if text[one.start : one.end].casefold() not in keep)


def _apart(found: Iterable[Found]) -> list[Found]:
    """In the order of the text; where two overlap, the one that came first is kept."""
    taken: list[Found] = []
    for one in found:
        place = bisect_right(taken, one.start, key=lambda other: other.start)
        free = (not place or taken[place - 1].end <= one.start) and (
            place == len(taken) or one.end <= taken[place].start
        )
        if free:
            taken.insert(place, one)
    return taken


def _placeholder(kind: str) -> str:
    return f"[{kind.replace('_', ' ')}]"


def _growth(one: Found) -> int:
    return len(_placeholder(one.kind)) - (one.end - one.start)
