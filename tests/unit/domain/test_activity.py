"""What keeps a case active (definitions §8 Belonging): any message that no machine wrote."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import collect

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def message(
    number: int, days: int, *, auto: bool = False, says: str = "", out: bool = True
) -> Message:
    """Return a message without thread, ref or topic."""
    return Message(
        id=f"m:{number}", at=START + timedelta(days=days), customer=("email:a",), channel="email",
        visibility="private", direction="outbound" if out else "inbound", text="", auto=auto,
        signals=(Signal(name=says),) if says else (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "cases"),
    [
        (message(2, 2, says="stock"), 1),
        (message(2, 2, auto=True), 2),
        (message(2, 2, says="auto_ack"), 2),  # automatic by its class, though nothing marks it
    ],
)
def test_only_a_reply_that_somebody_wrote_keeps_a_case_active(reply: Message, cases: int) -> None:
    """31 days after the complaint it is the same issue only if the reply of day 2 counts."""
    told = [message(1, 0, out=False), reply, message(3, 31, out=False)]
    assert len(evaluate(collect(told), START + timedelta(days=32), Policy())) == cases
