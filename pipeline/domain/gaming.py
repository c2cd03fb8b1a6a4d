"""Four ways in which a complaint figure is made to look better than the service is.

That people bend what they are measured by is old knowledge: C. Goodhart's law (1975); P. Smith, "On
the unintended consequences of publishing performance data in the public sector", *International
Journal of Public Administration* 18 (1995), who tells gaming from misrepresentation; G. Bevan and
C. Hood, "What's measured is what matters", *Public Administration* 84 (2006), with clocks that were
stopped, and queues in front of the place where the clock starts. What it looks like in the events
of a complaint is ours; each is a count of what happened and says nothing of anybody's intention.

Snoozing (a ticket is set to pending while the customer waits) is the figure ``false_pause``; what
came back as a case of its own after a confirmation is ``recurrence``. The others are here.
"""

from typing import Final

from pipeline.domain.verdict import Ftr, Verdict

ASKED_AGAIN: Final = frozenset({"re_ask", "second_info_round"})


def ask_and_wait(verdict: Verdict) -> bool | None:
    """Return whether asking for information took the place of an answer; None without any asking.

    Information was asked for in a further round, or again after it had been given; or the last
    reply asks for something while a contact of the customer stands without a reply for longer than
    the policy allows. One necessary round is none of it.
    """
    facts = verdict.facts
    if facts.info_rounds == 0:
        return None
    if not ASKED_AGAIN.isdisjoint(verdict.ftr_reasons):
        return True
    is_waiting = verdict.waiting_since is not None and verdict.avoidance_seconds > 0
    return is_waiting and facts.last_left_in == "info_request"


def closed_unconfirmed(verdict: Verdict) -> Ftr | None:
    """Return whether a ticket was closed although the customer had nothing to agree to.

    ``yes``: closed, and the customer or a reopening refuted it, or nobody confirmed it in time, or
    no real answer had been sent and the customer never said that it was solved (UK FCA DISP 1.5:
    resolved means that the complainant indicated acceptance). ``undetermined`` while the window of
    confirmation runs. None where the helpdesk closed nothing.
    """
    facts = verdict.facts
    if facts.closures == 0:
        return None
    if facts.refuted or facts.reopens or verdict.outcome in ("unresolved", "lapsed"):
        return "yes"
    if verdict.confirmed_by == "explicit":
        return "no"
    if verdict.first_substantive_at is None:
        return "yes"
    return "no" if verdict.confirmed else "undetermined"


def reticketed(verdict: Verdict) -> bool | None:
    """Return whether one issue was handled under several tickets; None where no ticket is known.

    Each ticket alone may then count as solved at first contact, while the second is what J. Seddon
    calls failure demand (*Freedom from Command and Control*, 2003). A merged ticket counts, too: a
    merger mends the helpdesk's list and not what the customer went through.
    """
    return None if verdict.facts.tickets == 0 else verdict.facts.tickets > 1
