"""A case in five lines, for somebody who is just being told of it: no personal data, no markup."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pipeline.dashboard import words
from pipeline.dashboard.ports import Book
from pipeline.dashboard.rows import case_link
from pipeline.dashboard.story import tell_story
from pipeline.dashboard.times import Teller
from pipeline.domain.events import Event, Message
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym

QUOTE_MAX = 200
Brief = tuple[str, tuple[str, ...], str]
"""Who, in a pseudonym; five lines at most; the path of the case's page."""


def tell_brief(
    book: Book, case: str, now: datetime, zone: str, without: Callable[[str], str]
) -> Brief:
    """Return who it is, what happened, what it is about, the last words, and where it stands.

    Args:
        book: what the pages read.
        case: its id.
        now: the moment.
        zone: the report zone.
        without: takes personal data out of a text.
    """
    verdict = book.verdict(case, now)
    if verdict is None:
        return "a case", ("It became part of another case, or is no more.",), case_link(case)
    events, teller = book.events(case, now), Teller(now=now, zone=zone)
    lines = [
        tell_story(verdict, events, teller),
        _about(verdict),
        *_last_words(verdict, events, teller, without),
        *_due(verdict, teller),
        f"Opened {teller.exact(verdict.opened_at)}; all times {zone}.",
    ]
    return pseudonym(verdict.customer), tuple(lines), case_link(case)


def _about(verdict: Verdict) -> str:
    facts = verdict.facts
    topic = "no known theme" if facts.topic is None else facts.topic.replace("_", " ")
    channels = ", ".join(words.channel(one) for one in verdict.channels)
    many = f"{facts.contacts} contact{'' if facts.contacts == 1 else 's'}"
    reach = "" if facts.reach is None else f"; {facts.reach:,} followers"
    return f"About {topic}; {many} by {channels}{reach}."


def _last_words(
    verdict: Verdict, events: Sequence[Event], teller: Teller, without: Callable[[str], str]
) -> list[str]:
    """Return what the customer wrote last; nothing where it is not at hand, or was forgotten."""
    written = [
        event
        for event in events
        if isinstance(event, Message) and event.direction == "inbound" and event.text.strip()
    ]
    if not written or "erased" in verdict.flags:
        return []
    last = written[-1]
    text = " ".join(
        "".join(one for one in without(last.text) if one.isprintable() or one.isspace()).split()
    )
    cut = text if len(text) <= QUOTE_MAX else f"{text[: QUOTE_MAX - 1]}…"
    return [f"{words.channel(last.channel)}, {teller.exact(last.at)}: “{cut}”"]


def _due(verdict: Verdict, teller: Teller) -> list[str]:
    due = verdict.facts.promise_due
    return [] if due is None else [f"Promised for {teller.exact(due)}."]
