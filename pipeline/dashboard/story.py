"""The story of a case in one sentence, from its verdict and events alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pipeline.dashboard import words
from pipeline.dashboard.times import Teller, duration
from pipeline.domain.events import Event, Message
from pipeline.domain.verdict import Verdict


def tell_story(verdict: Verdict, events: Sequence[Event], teller: Teller) -> str:
    """Return what happened, in one sentence that a reader can repeat in a meeting."""
    if verdict.why is not None:
        return f"Not counted: {words.named(words.WHY, verdict.why)}."
    parts = [_opening(verdict, events, teller), *_middle(verdict, events)]
    return "; ".join([", ".join(parts), *_after(verdict), _end(verdict, teller)]) + "."


def _opening(verdict: Verdict, events: Sequence[Event], teller: Teller) -> str:
    where = _where(events, verdict.opened_at)
    return f"The customer {where or 'wrote'} on {teller.exact(verdict.opened_at)}"


def _middle(verdict: Verdict, events: Sequence[Event]) -> Iterator[str]:
    if verdict.run_around:
        yield "was given the run-around"
    escalated = verdict.escalated_at
    if escalated is None:
        if verdict.attempts > 1:
            yield f"had to get in touch {verdict.attempts} times"
        yield _answered(verdict)
        return
    held = duration((escalated - verdict.opened_at).total_seconds())
    left = words.named(words.LEFT_IN, verdict.left_in or "unanswered")
    where = _where(events, escalated) or "went public"
    yield f"and after {held} in private, left with {left}, {where}"


def _after(verdict: Verdict) -> Iterator[str]:
    """Yield what came of a public escalation."""
    escalated, first = verdict.escalated_at, verdict.first_substantive_at
    if escalated is None:
        return
    if verdict.facts.public_wait is None:
        yield "no real answer has come since"
        return
    again = "next" if first is not None and first < escalated else "first"
    yield f"the {again} real answer came {duration(verdict.facts.public_wait)} after the post"


def _answered(verdict: Verdict) -> str:
    first = verdict.first_substantive_at
    if first is None:
        return "has had no real answer" if verdict.first_reply_at else "has had no reply"
    waited = duration((first - verdict.opened_at).total_seconds())
    return f"had the first real answer after {waited}"


def _end(verdict: Verdict, teller: Teller) -> str:
    if verdict.confirmed_by == "explicit":
        return "the customer confirmed that it is solved"
    if verdict.confirmed_by == "silent":
        return "nobody objected in the time that the customer had to object"
    if verdict.waiting_since is not None:
        since = (teller.now - verdict.waiting_since).total_seconds()
        return f"the customer has been waiting for {duration(since)}"
    ends = {
        "lapsed": "the customer never sent what was asked for",
        "unresolved": "nobody has confirmed a solution in all the time allowed",
        "pending_confirmation": "the company says that it is solved; the customer may still object",
    }
    return ends.get(verdict.outcome, "nobody has said yet that it is solved")


def _where(events: Sequence[Event], at: datetime) -> str:
    for event in events:
        if isinstance(event, Message) and event.at == at and event.direction == "inbound":
            name = words.channel(event.channel)
            if event.visibility == "public":
                return f"went public on {name}"
            return f"wrote in private, by {_lower(name)}"
    return ""


def _lower(name: str) -> str:
    return name if len(name) == 1 or name.isupper() else name[0].lower() + name[1:]
