"""Cases by words: names and references are looked up, texts are looked through, within bounds.

There is no index of what customers wrote, on purpose: it would be a second copy of personal data.
So the texts of the latest cases that pass the other filters are read, as many as fit into a
moment, and whoever asks is told how many these were. Words are found in what pages show alone:
what was taken out of a text cannot be found in it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from pipeline.domain.events import Event, Message, Status
from pipeline.domain.verdict import Verdict

SEARCHED_MAX: Final = 2_000
SEARCH_SECONDS: Final = 0.4
FOUND_MAX: Final = 500
"""How many cases a search finds at most: the latest."""
SCHEMES: Final = ("email", "phone", "x", "mastodon", "bluesky", "facebook", "crm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The cases in whose texts all words were found, and in how many texts were looked through."""

    cases: tuple[str, ...]
    searched: int


def keys_of(words: str) -> list[str]:
    """Return the keys under which a timeline may be known by these words, as they stand."""
    word = words.strip()
    lower = word.lower()
    names = [f"{scheme}:{lower.removeprefix('@')}" for scheme in SCHEMES]
    refs = [f"ref {word}", *(f"ref {kind}:{word}" for kind in ("order", "ticket", "invoice"))]
    return [f"event {word}", f"thread {word}", lower, *names, *refs]


def look_through(
    verdicts: Iterable[Verdict],
    events_of: Callable[[Verdict], Sequence[Event]],
    words: str,
    told: Callable[[Sequence[Event], Verdict], Sequence[Event]],
    clock: Callable[[], float] = monotonic,
) -> Looked:
    """Return in which cases all words are found, until a bound is met.

    Args:
        verdicts: the cases to look at, the latest first; no more of them are read than looked at.
        events_of: their events as they came.
        words: parted by spaces; upper and lower case are alike.
        told: returns events of a case as pages show them; only what is shown can be found.
        clock: seconds from anywhere.
    """
    wanted, found, searched = words.lower().split(), list[str](), 0
    until = clock() + SEARCH_SECONDS
    for verdict in verdicts:
        searched += 1
        events = events_of(verdict)
        if _hold(events, wanted) and _hold(told(events, verdict), wanted):
            found.append(verdict.case)
        if searched >= SEARCHED_MAX or len(found) >= FOUND_MAX or clock() >= until:
            break
    return Looked(cases=tuple(found), searched=searched)


def _hold(events: Iterable[Event], wanted: Sequence[str]) -> bool:
    told = " ".join(part for event in events for part in _parts(event)).lower()
    return all(word in told for word in wanted)


def _parts(event: Event) -> Iterator[str]:
    if isinstance(event, Message):
        yield from (event.text, event.subject or "")
    if isinstance(event, Message | Status):
        yield from (*event.refs, event.thread or "")
