"""What was promised, and whether it was kept (definitions §6, §8 Promises)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain.case import Case
from pipeline.domain.clocks import Pause, moment, stretched
from pipeline.domain.events import Message, Signal
from pipeline.domain.frozen import frozen
from pipeline.domain.verdict import PromiseState


@dataclass(slots=True, kw_only=True, eq=False)
class Promise:
    """One promise and its end.

    ``due`` is already stretched by the customer's own pauses; None where the promise is vague.
    ``failed_at`` is when it was first not kept: its due time, or the reply that moved it for the
    second time. ``ended_by`` is the event that ended it, None where only time did.
    """

    made_at: datetime
    made_by: str
    span: tuple[int, int] | None
    deed: str | None
    due: datetime | None
    state: PromiseState = "open"
    moves: int = 0
    ended_at: datetime | None = None
    ended_by: str | None = None
    failed_at: datetime | None = None

    def end(self, state: PromiseState, at: datetime, event: str | None) -> None:
        """Give the promise its one end state."""
        self.state, self.ended_at, self.ended_by = state, at, event


@frozen
class _Act:
    """Something that makes promises or ends them; ``accepts`` is the customer's word."""

    at: datetime
    event: str
    fulfils: bool = False
    accepts: bool = False
    promises: tuple[Signal, ...] = ()


def promises_of(case: Case, pauses: Sequence[Pause], as_of: datetime) -> list[Promise]:
    """Return every promise made before the confirmation, in order, with its state at ``as_of``.

    What fulfils one is seen after the confirmation, too.
    """
    made: list[Promise] = []
    still_open: list[Promise] = []
    for act in _acts(case):
        for signal in act.promises:
            promise = _make(case, act, signal, pauses)
            made.append(promise)
            if promise.due is not None:
                still_open = _move(still_open, promise)
        if not act.promises:
            still_open = _end(still_open, act)
    for promise in still_open:
        _close(promise, case, as_of)
    for promise in made:
        _date_failure(promise)
    return made


def _acts(case: Case) -> Iterator[_Act]:
    """Yield what makes or ends promises, in order; those made after the confirmation are none."""
    until = case.resolution.confirmed_at
    acts = [
        _Act(
            at=reply.at,
            event=reply.message.id,
            fulfils=reply.substantive or "resolution_claim" in reply.names,
            promises=_promises_in(reply.message),
        )
        for reply in case.replies
    ]
    acts += [
        _Act(at=status.at, event=status.id, fulfils=True)
        for status in case.statuses
        if status.status in ("solved", "closed")
    ]
    acts += [_Act(at=at, event=event, accepts=True) for at, event in case.acceptances]
    acts.sort(key=lambda act: (act.at, act.event))
    return (act for act in acts if not act.promises or until is None or act.at <= until)


def _end(still_open: list[Promise], act: _Act) -> list[Promise]:
    """End the promises that an act fulfils; return the others.

    A substantive reply or claim fulfils all, in time or late; an acceptance those not yet overdue.
    """
    left: list[Promise] = []
    for promise in still_open:
        assert promise.due is not None
        in_time = act.at <= promise.due
        if act.fulfils or (act.accepts and in_time):
            promise.end("kept" if in_time else "late", act.at, act.event)
        else:
            left.append(promise)
    return left


def _promises_in(message: Message) -> tuple[Signal, ...]:
    return tuple(signal for signal in message.signals or () if signal.name == "promise")


def _make(case: Case, act: _Act, signal: Signal, pauses: Sequence[Pause]) -> Promise:
    due = signal.due
    promise = Promise(
        made_at=act.at, made_by=act.event, span=signal.span, deed=signal.deed, due=None
    )
    if due is None:
        promise.end("vague", act.at, None)
    else:
        promise.due = stretched(act.at, moment(due, case.policy.report_zone), pauses)
    return promise


def _move(still_open: list[Promise], promise: Promise) -> list[Promise]:
    """Return what is open after ``promise``: it moves one of the same deed that is not yet due."""
    left: list[Promise] = []
    for prior in still_open:
        assert prior.due is not None
        if (
            _same_deed(prior, promise)
            and prior.made_by != promise.made_by
            and (promise.made_at < prior.due)
        ):
            prior.end("broken" if prior.moves else "moved", promise.made_at, promise.made_by)
            promise.moves = prior.moves + 1
        else:
            left.append(prior)
    return [*left, promise]


def _same_deed(one: Promise, other: Promise) -> bool:
    return one.deed is None or other.deed is None or one.deed == other.deed


def _close(promise: Promise, case: Case, as_of: datetime) -> None:
    """End a promise that no later act fulfilled: by the confirmation or by its due."""
    due = promise.due
    assert due is not None
    confirmed = case.resolution.confirmed_at
    if confirmed is not None:
        promise.end("unknown", confirmed, None)
    elif as_of >= due:
        promise.end("broken", due, None)


def _date_failure(promise: Promise) -> None:
    if promise.state == "late" or (promise.state == "broken" and promise.ended_by is None):
        promise.failed_at = promise.due
    elif promise.state == "broken":
        promise.failed_at = promise.ended_at
