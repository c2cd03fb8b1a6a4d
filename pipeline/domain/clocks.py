"""Time that runs and time that does not: pauses, waiting, avoidance (definitions §6, §8 Pace)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.domain.calendar import end_of_date
from pipeline.domain.contact import Contact, find_signal
from pipeline.domain.events import Message, Moment, Status

if TYPE_CHECKING:
    from pipeline.domain.case import Case
    from pipeline.domain.policy import Policy

SHORTEST_DAY = timedelta(hours=22)
"""No business day lasts less than this by the wall clock, changes of the clocks included."""
FAR = datetime.max.replace(tzinfo=UTC)
"""Never: later than any event can be."""
_ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that the customer asked for, ``[start, end)``; ``end`` may lie in the future."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A contact without a non-automatic reply, ``[start, end)``; ``end`` is None while it waits.

    From ``avoided_from`` on it is being avoided; None where it ended too soon for that.
    """

    start: datetime
    end: datetime | None
    avoided_from: datetime | None


def pauses_of(case: "Case") -> list[Pause]:
    """Return the pauses of a case: opened by the customer alone, 30 days in all.

    Each ends with its stated date, the next contact (or the next request for time, which starts
    another) or the confirmation.
    """
    left = case.policy.pause_limit
    pauses: list[Pause] = []
    confirmed = case.resolution.confirmed_at
    for index, (message, contact) in enumerate(case.pauses):
        start = message.at
        if confirmed is not None and start > confirmed:
            break  # nothing is left to wait for
        end = min(start + left, *_enders(case, message, contact), *_asked(case, index))
        if end > start:
            pauses.append(Pause(start, end))
            left -= end - start
    return pauses


def _asked(case: "Case", index: int) -> Iterable[datetime]:
    """Yield until when the customer asked for time, and when he next asked again."""
    request = find_signal(case.pauses[index][0], "pace_request")
    if request is not None and request.until is not None:
        yield moment(request.until, case.policy.report_zone)
    if index + 1 < len(case.pauses):
        yield case.pauses[index + 1][0].at
    yield FAR


def _enders(case: "Case", request: Message, contact: Contact) -> Iterable[datetime]:
    at, event = request.at, request.id
    confirmed = case.resolution.confirmed_at
    if confirmed is not None:
        yield confirmed
    for later in case.contacts:
        if later is not contact and (later.at, later.id) > (at, event):
            yield later.at
            return


def moment(value: Moment, zone: str) -> datetime:
    """Return an aware time; a bare date means its end in the report zone (§8)."""
    return value if isinstance(value, datetime) else end_of_date(value, zone)


def stretched(start: datetime, end: datetime, pauses: Sequence[Pause]) -> datetime:
    """Return ``end`` moved out by the pauses in which a clock from ``start`` stood still."""
    if end <= start:  # promised for a time that had already passed
        return end
    for pause in pauses:
        if pause.start < end and pause.end > start:
            end += pause.end - max(pause.start, start)
    return end


def paused_seconds(pauses: Sequence[Pause], now: datetime) -> int:
    """Return the whole seconds paused so far."""
    total = sum((min(pause.end, now) - pause.start for pause in pauses if pause.start < now), _ZERO)
    return int(total.total_seconds())


def waits_of(case: "Case", pauses: Sequence[Pause]) -> list[Wait]:
    """Return, contact by contact, how long it had no non-automatic reply (§6 Avoidance)."""
    replies = [(reply.at, reply.message.id) for reply in case.replies if not reply.automatic]
    waits: list[Wait] = []
    index = 0
    for contact in case.contacts:
        key = (contact.at, contact.id)
        while index < len(replies) and replies[index] < key:
            index += 1
        end = replies[index][0] if index < len(replies) else None
        end = _closed(case, contact.at, end)
        short = end is not None and end - contact.at <= _tolerated(contact, case.policy)
        limit = None if short else _avoided_from(contact, pauses, case.policy)
        waits.append(Wait(contact.at, end, limit))
    return waits


def _tolerated(contact: Contact, policy: "Policy") -> timedelta:
    """Return a wait that is no avoidance for certain, without asking the calendar."""
    if contact.public:
        return policy.avoidance_public
    return policy.avoidance_private_days * SHORTEST_DAY


def _closed(case: "Case", start: datetime, end: datetime | None) -> datetime | None:
    confirmed = case.resolution.confirmed_at
    if confirmed is not None and confirmed >= start and (end is None or confirmed < end):
        return confirmed
    return end


def _avoided_from(contact: Contact, pauses: Sequence[Pause], policy: "Policy") -> datetime:
    """Return when waiting becomes avoidance: after 2 business days (private) or 24 h (public)."""
    if contact.public:
        return stretched(contact.at, contact.at + policy.avoidance_public, pauses)
    calendar = policy.calendar
    deadline = calendar.add_business_days(contact.at, policy.avoidance_private_days)
    for pause in pauses:
        if pause.start < deadline and pause.end > contact.at:
            left = calendar.business_seconds(max(pause.start, contact.at), deadline)
            deadline = calendar.add_business_seconds(pause.end, left)
    return deadline


def avoidance_seconds(waits: Sequence[Wait], pauses: Sequence[Pause], now: datetime) -> int:
    """Return the whole seconds in which any contact was being avoided, pauses left out."""
    spans = []
    for wait in waits:
        end = min(wait.end or now, now)
        if wait.avoided_from is not None and wait.avoided_from < end:
            spans.append((wait.avoided_from, end))
    total = _ZERO
    for start, end in _united(spans):
        total += end - start
        for pause in pauses:
            total -= max(_ZERO, min(end, pause.end) - max(start, pause.start))
    return int(total.total_seconds())


def _united(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    united: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return united


def false_pauses(
    case: "Case", waits: Sequence[Wait], pauses: Sequence[Pause], now: datetime
) -> list[Status]:
    """Return the ``pending`` statuses under which a customer's message was waiting.

    Time that the customer asked for is no waiting.
    """
    found: list[Status] = []
    statuses = case.statuses
    for index, status in enumerate(statuses):
        if status.status != "pending" or (index and statuses[index - 1].status == "pending"):
            continue
        following = (later.at for later in statuses[index + 1 :] if later.status != "pending")
        end = next(following, FAR)
        if any(_waits_within(wait, pauses, status.at, end, now) for wait in waits):
            found.append(status)
    return found


def _waits_within(
    wait: Wait, pauses: Sequence[Pause], start: datetime, end: datetime, now: datetime
) -> bool:
    begin = max(wait.start, start)
    for pause in pauses:
        if pause.start <= begin < pause.end:
            begin = pause.end
    return begin <= now and begin < end and (wait.end is None or begin < wait.end)
