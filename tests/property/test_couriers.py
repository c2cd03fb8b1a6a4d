"""Whatever happens, in any order: a receiver ends up knowing what holds, and is told it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerts import Courier, Notice
from pipeline.alerts.notices import Notices
from pipeline.alerts.ports import Story
from pipeline.domain.alerting import CaseAlert, Told
from pipeline.errors import StoreError, Undelivered
from tests.verdicts import OPENED

ALERTS = [
    CaseAlert(name="CcmCaseThreat", severity="ticket", case=case, since=OPENED) for case in "abcd"
]
wanted = st.lists(st.sampled_from(ALERTS), unique=True, max_size=4)
steps = st.lists(
    st.tuples(wanted, st.sampled_from(("well", "well", "refused", "restart", "unread"))),
    max_size=20,
)


class Shelf:
    """What a receiver was told, in memory; it fails to be read where ``broken``."""

    def __init__(self) -> None:
        self.kept: dict[str, Told] = {}
        self.broken = False

    def told(self, receiver: str | None = None) -> list[Told]:
        if self.broken:
            raise StoreError("away")
        return list(self.kept.values())

    def tell(self, receiver: str, opened: Sequence[CaseAlert], over: Sequence[str]) -> None:
        for one in opened:
            told = Told(key=one.key, name=one.name, case=one.case, since=one.since)
            self.kept[one.key] = told
        for key in over:
            del self.kept[key]

    def candidates(self, *_: object) -> list[object]:
        return []

    def hold(self, *_: object) -> bool:
        return True

    def let_go(self, *_: object) -> None: ...


class Listener:
    """Knows what it was told, and notices what it is told twice."""

    name, repeats = "desk", False

    def __init__(self) -> None:
        self.knows: set[str] = set()
        self.refuses = False

    def send(self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime) -> None:
        if self.refuses:
            raise Undelivered("down", kind="unreachable")
        new, gone = {one.key for one in opened}, {one.key for one in over}
        assert new or gone, "a message that says nothing"
        assert new.isdisjoint(self.knows), "told twice"
        assert gone <= self.knows, "over, of which it never heard"
        self.knows = (self.knows | new) - gone


@given(steps, wanted)
def test_a_receiver_ends_up_knowing_what_holds(
    happened: list[tuple[list[CaseAlert], str]], at_last: list[CaseAlert]
) -> None:
    """Through refusals, restarts and a ledger that is away."""
    shelf, listener = Shelf(), Listener()
    courier = _courier(shelf, listener)
    for holds, how in [*happened, (at_last, "well")]:
        listener.refuses, shelf.broken = how == "refused", how == "unread"
        if how == "restart":
            courier = _courier(shelf, listener)
        courier.attempt(holds, OPENED + timedelta(days=1))
        assert courier.report().failures.get("bug", 0) == 0, courier.report().trouble
    assert listener.knows == {one.key for one in at_last}
    assert courier.report().untold == 0


def _courier(shelf: Shelf, listener: Listener) -> Courier:
    notices = Notices(lambda case, _: Story(who=case, lines=(), link=case), "RUNBOOK.md")
    return Courier(listener, "ticket", shelf, notices, lambda: OPENED, 1_000)  # type: ignore[arg-type]  # of a book only what couriers ask
