"""Texts find their readings by what was read: message, words, context, zone and time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Message, Reading, Signal, connecting_keys
from pipeline.domain.policy import Policy
from pipeline.domain.texts import Unread, heard, texts_of, without
from pipeline.domain.timeline import Timeline, collect, known, merge, observe

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
POLICY = Policy()


def message(number: int, **changes: object) -> Message:
    """Return an unread message, an hour after the one before."""
    told: dict[str, object] = {
        "id": f"m:{number}",
        "at": AT + timedelta(hours=number),
        "customer": ("x:ada",),
        "channel": "email",
        "visibility": "private",
        "direction": "inbound",
        "text": f"text {number}",
    }
    return Message(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


def reading(unread: Unread, name: str = "chase", **changes: object) -> Reading:
    """Return a reading of a text."""
    told: dict[str, object] = {
        "id": unread.id,
        "at": unread.message.at,
        "customer": unread.message.customer,
        "of": unread.message.id,
        "message_version": unread.message.version,
        "model": "m-1",
        "signals": (Signal(name=name, probability=0.8),),
    }
    return Reading(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


def ids(timeline: Timeline) -> dict[str, str]:
    """Return the ids of the readings that the texts of a timeline want, by message."""
    return {one.message.id: one.id for one in texts_of(timeline, POLICY)}


def test_a_text_is_heard_once_it_is_read() -> None:
    """Until then it is told as unread; given signals stay, and readings are gone afterwards."""
    given = message(1, signals=(Signal(name="complaint"),))
    timeline = collect([given, message(2)])
    _, (unread,) = heard(timeline, POLICY)
    assert unread.message.id == "m:2"
    assert [one.text for one in unread.context] == ["text 1"]
    full, left = heard(observe(timeline, reading(unread)), POLICY)
    assert left == []
    assert full.readings == {}
    (told,) = full.versions["m:2"]
    assert isinstance(told, Message)
    assert [signal.name for signal in told.signals or ()] == ["chase"]
    assert full.versions["m:1"] == (given,)


def test_another_context_wants_another_reading() -> None:
    """An earlier message that comes late, in the same thread; others change nothing."""
    alone = collect([message(5, thread="t")])
    other = observe(alone, message(2, thread="u"))
    late = observe(alone, message(3, thread="t"))
    assert ids(other)["m:5"] == ids(alone)["m:5"]
    assert ids(late)["m:5"] != ids(alone)["m:5"]
    assert ids(observe(late, message(9, thread="t")))["m:5"] == ids(late)["m:5"]


def test_what_was_read_is_part_of_the_id() -> None:
    """Words, direction, time, zone and whose message it is; two customers never share a reading."""
    plain = message(1)
    variants = [
        plain,
        replace(plain, id="m:2"),
        replace(plain, version=1),
        replace(plain, text="text"),
        replace(plain, direction="outbound"),
        replace(plain, at=AT),
    ]
    found = {ids(collect([one]))[one.id] for one in variants}
    found.add(texts_of(collect([plain]), replace(POLICY, report_zone="Asia/Tokyo"))[0].id)
    assert len(found) == len(variants) + 1


def test_a_higher_revision_holds_and_of_equal_ones_the_smaller() -> None:
    """Whatever comes first, and however often."""
    (unread,) = texts_of(collect([message(1)]), POLICY)
    first, again = reading(unread), reading(unread, "dispute")
    better = reading(unread, "accepts", version=1, model="m-2")
    for order in ((first, again, better), (better, again, first), (again, better, first)):
        timeline = collect([message(1), *order, *order])
        assert timeline.readings == {unread.id: better}
        assert timeline == merge(collect(order), collect([message(1)]))
        assert timeline.conflicts == frozenset()
    either = {collect(order).readings[unread.id] for order in ((first, again), (again, first))}
    assert len(either) == 1


def test_a_reading_is_no_event_of_a_case() -> None:
    """It counts as nothing that happened, and leads to nothing but its message and customer."""
    (unread,) = texts_of(collect([message(1)]), POLICY)
    told = reading(unread)
    timeline = collect([message(1), told])
    assert len(timeline) == 1
    assert [one.id for one in known(timeline, AT + timedelta(days=1), POLICY.clock_skew)[0]] == [
        "m:1"
    ]
    (verdict,) = evaluate(timeline, AT + timedelta(days=1), POLICY)
    assert verdict.events == ("m:1",)
    assert set(connecting_keys(told)) == {"event m:1", "x:ada"}
    assert evaluate(collect([told]), AT + timedelta(days=1), POLICY) == ()


def test_what_nobody_has_read_has_not_come_yet() -> None:
    """Of an edited message the version that was read stays."""
    first, edit = message(1), message(1, version=1, text="edited", at=AT + timedelta(hours=2))
    timeline = collect([first, edit, message(3)])
    by_version = {(one.message.id, one.message.version): one for one in texts_of(timeline, POLICY)}
    part, unread = heard(observe(timeline, reading(by_version["m:1", 0])), POLICY)
    assert {one.id for one in unread} == {by_version["m:1", 1].id, by_version["m:3", 0].id}
    left = without(part, unread)
    assert list(left.versions) == ["m:1"]
    assert [one.version for one in left.versions["m:1"]] == [0]


def test_evaluate_hears_the_readings_of_a_timeline() -> None:
    """The verdict of events with readings is that of the same events with signals given."""
    unread = texts_of(collect([message(1), message(2)]), POLICY)
    signals = (Signal(name="chase", probability=0.8),)
    read = collect([message(1), message(2), *map(reading, unread)])
    given = collect([message(1, signals=signals), message(2, signals=signals)])
    as_of = AT + timedelta(days=3)
    assert evaluate(read, as_of, POLICY) == evaluate(given, as_of, POLICY)
