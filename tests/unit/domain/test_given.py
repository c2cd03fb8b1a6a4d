"""Who asks for what the customer has told already asks again, although nobody had asked before."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import collect

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


def message(number: int, direction: str, *signals: Signal) -> Message:
    """Return a message of one customer's case."""
    return Message(
        id=f"m:{number}",
        at=AT + timedelta(hours=number),
        customer=("x:ada",),
        channel="email",
        visibility="private",
        direction=direction,  # type: ignore[arg-type]  # one of the two
        text="",
        signals=signals,
    )


@pytest.mark.parametrize(("given", "ftr"), [((), "undetermined"), (("order_number",), "no")])
def test_what_was_given_is_asked_again(given: tuple[str, ...], ftr: str) -> None:
    """With the first request already; a plain question is a round like any other."""
    asks = ("order_number", "photo")
    request = Signal(name="info_request", asks=asks, given=given)
    events = [
        message(0, "inbound", Signal(name="complaint")),
        message(1, "outbound", request),
        message(2, "inbound", Signal(name="info_supplied")),
    ]
    (verdict,) = evaluate(collect(events), AT + timedelta(days=1), Policy())
    assert verdict.ftr == ftr
    assert ("re_ask" in verdict.ftr_reasons) == bool(given)
