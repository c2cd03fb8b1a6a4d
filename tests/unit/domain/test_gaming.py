"""Ways in which a ticket looks better than the service was, from verdict facts alone."""

from datetime import UTC, datetime, timedelta

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Message, Status
from pipeline.domain.figures import build_figures
from pipeline.domain.gaming import ask_and_wait, closed_unconfirmed, reticketed
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import collect
from tests.verdicts import OPENED, build_verdict

ASKED = {"info_rounds": 1, "last_left_in": "info_request"}
CLOSED = {"closures": 1}
ANSWERED = OPENED + timedelta(hours=3)


def test_one_necessary_question_is_no_delay() -> None:
    """Neither where it was answered nor where it is still open; without any, nothing is asked."""
    assert ask_and_wait(build_verdict()) is None
    assert ask_and_wait(build_verdict(outcome="first_time_right", facts=ASKED)) is False
    assert ask_and_wait(build_verdict(facts=ASKED, waiting_since=OPENED)) is False


def test_asking_again_and_letting_the_answer_lie_are_delay() -> None:
    """A further round, a re-ask, or an answer of the customer that is avoided."""
    for reason in ("re_ask", "second_info_round"):
        assert ask_and_wait(build_verdict(facts=ASKED, ftr_reasons=("chase", reason)))
    assert ask_and_wait(build_verdict(facts=ASKED, waiting_since=OPENED, avoidance_seconds=60))


def test_a_closed_ticket_needs_the_customers_agreement() -> None:
    """Refuted, reopened or never confirmed: there was none; the window may still run."""
    assert closed_unconfirmed(build_verdict()) is None
    answered = {"first_substantive_at": ANSWERED}
    for outcome, facts, expected in (
        ("first_time_right", {}, "no"),
        ("pending_confirmation", {}, "undetermined"),
        ("unresolved", {}, "yes"),
        ("lapsed", {}, "yes"),
        ("resolved_with_effort", {"refuted": 1}, "yes"),
        ("resolved_with_effort", {"reopens": 1}, "yes"),
    ):
        verdict = build_verdict(outcome=outcome, facts={**CLOSED, **facts}, **answered)  # type: ignore[arg-type]  # the table holds plain text
        assert closed_unconfirmed(verdict) == expected


def test_silence_after_a_closure_without_an_answer_is_no_agreement() -> None:
    """But the customer's own word is, whoever had solved it."""
    silent = build_verdict(outcome="resolved_with_effort", facts=CLOSED)
    assert closed_unconfirmed(silent) == "yes"
    said = build_verdict(outcome="resolved_with_effort", facts=CLOSED, confirmed_by="explicit")
    assert closed_unconfirmed(said) == "no"


def test_two_tickets_of_one_case_are_told_by_its_events() -> None:
    """By reference or by the threads whose state changed; where none is known, nothing is said."""
    at, customer = datetime(2026, 3, 4, 10, tzinfo=UTC), ("email:ann@example.org",)

    def told(number: int, **more: str) -> Message:
        return Message(
            id=f"mail:{number}", at=at + timedelta(hours=number), customer=customer,
            channel="email", visibility="private", direction="inbound", text="again", signals=(),
            topic="refund", refs=tuple(more.values()),
        )  # fmt: skip

    def facts(*events: Message | Status) -> int:
        (verdict,) = evaluate(collect(events), at + timedelta(days=1), Policy())
        return verdict.facts.tickets

    def closed(number: int, thread: str) -> Status:
        return Status(
            id=f"desk:{number}", at=at + timedelta(hours=number), customer=customer,
            status="open", thread=thread,
        )  # fmt: skip

    assert facts(told(0)) == 0
    assert facts(told(0, ref="ticket:1")) == 1
    assert facts(told(0), closed(1, "t1"), closed(2, "t1"), closed(3, "t2")) == 2
    assert reticketed(build_verdict()) is None
    assert reticketed(build_verdict(facts={"tickets": 1})) is False
    assert reticketed(build_verdict(facts={"tickets": 2})) is True


def test_each_is_a_published_figure_with_its_denominator() -> None:
    """Of the asked, the closed, those with a ticket; who may still object widens the range."""
    cases = [
        build_verdict("a", facts={**ASKED, "tickets": 2}, ftr_reasons=("re_ask",)),
        build_verdict("b", facts={**ASKED, "tickets": 1}),
        build_verdict("c", "unresolved", facts=CLOSED),
        build_verdict(
            "d", "pending_confirmation", facts=CLOSED, first_substantive_at=ANSWERED
        ),
        build_verdict("e"),
    ]  # fmt: skip
    figures = build_figures(cases, OPENED + timedelta(days=90), Policy()).overall
    assert (figures["ask_and_wait"].value, figures["ask_and_wait"].n) == (0.5, 2)
    assert (figures["reticketed"].value, figures["reticketed"].n) == (0.5, 2)
    closed = figures["closed_unconfirmed"]
    assert (closed.value, closed.low, closed.high, closed.n) == (0.5, 0.5, 1.0, 2)
