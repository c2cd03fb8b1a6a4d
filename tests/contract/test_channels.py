"""Every kind of channel keeps the contract; a new one gets these tests for its rig.

What is fetched is stored once and in order, through restarts, cut connections and full disks; a
webhook takes what its source signed just now, once; bytes that cannot be used are dead letters;
no secret is shown.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.company import Company
from pipeline.channels.mail import MailSettings
from pipeline.config import ChannelTable
from pipeline.connectors.health import Report
from pipeline.connectors.ports import Channel, Surroundings
from pipeline.connectors.registry import KINDS, build_channel
from pipeline.connectors.runner import Patience
from pipeline.connectors.supervisor import Supervisor
from pipeline.domain.events import TOPICS
from pipeline.errors import ConfigError, Forged, InputError, SourceError
from pipeline.payloads import Payload
from pipeline.wire import decode_event, encode_event
from tests.conftest import skip_or_fail
from tests.contract.rigs import Rig, Source, rigs
from tests.contract.sinks import MemorySink
from tests.services.answers import AnsweringServer, Reply
from tests.services.processes import ServiceAbsent

AROUND = Surroundings(
    mail=MailSettings(company=Company(domains=frozenset({"acme.example"}))),
    topics=frozenset(TOPICS),
    clock=lambda: datetime.now(UTC),
)
QUICK = Patience(first_seconds=0.001, most_seconds=0.01, open_seconds=0.01)
SECONDS_MAX = 30.0
RIGS = {one.kind: one for one in rigs()}
FETCHED = {name: one for name, one in RIGS.items() if one.source is not None}
ASKED = ("freshdesk", "reddit", "reviews", "x-messages", "x-posts", "x-stream", "zendesk")
"""Those whose server is one that a test can let answer badly."""
HOOKED = {name: one for name, one in RIGS.items() if one.sign is not None}


def built(rig: Rig, more: Mapping[str, Any] | None = None) -> Channel:
    """Return the channel ``tried`` of a rig."""
    table = ChannelTable(name="tried", kind=rig.kind, values={**rig.values, **(more or {})})
    return build_channel(table, replace(AROUND, fetch=rig.fetch), rig.environ)


def parser(rig: Rig) -> Callable[[Payload], Any]:
    """Return the parse function of a rig's channel."""
    channel = built(rig)
    ways = [*channel.connectors, *channel.listeners, channel.webhook]
    found = next(way for way in ways if way is not None)
    return found.parse


@contextmanager
def running(channel: Channel, sink: MemorySink) -> Iterator[Supervisor]:
    """Run the channel into the sink."""
    supervisor = Supervisor([channel], sink, AROUND.clock, QUICK)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def wait_for_events(sink: MemorySink, count: int) -> None:
    """Return when so many are stored; fail where they never come."""
    deadline = time.monotonic() + SECONDS_MAX
    while len(sink.lines) < count:
        assert time.monotonic() < deadline, f"{sink.ids} of {count} within {SECONDS_MAX:.0f} s"
        time.sleep(0.005)


def until_running(supervisor: Supervisor) -> Report:
    """Return how the first connector fares, once what it stored is noted."""
    deadline = time.monotonic() + SECONDS_MAX
    while (report := supervisor.reports()[0]).state != "running":
        assert time.monotonic() < deadline, report
        time.sleep(0.005)
    return report


def ids_of(rig: Rig, numbers: range) -> list[str]:
    """Return the ids of the events of the n-th payloads, each once."""
    parse = parser(rig)
    found = [
        event.id
        for number in numbers
        for event in parse(Payload(raw=rig.make(number), where="", at=AROUND.clock()))
    ]
    return list(dict.fromkeys(found))


def test_every_kind_has_a_rig() -> None:
    """No kind comes with us that the contract was not tried on."""
    assert set(KINDS) <= set(RIGS)


# -------------------------------------------------------------------------------------------- parse


@pytest.mark.parametrize("kind", RIGS)
def test_a_good_payload_gives_events_that_last(kind: str) -> None:
    """The same bytes give the same lines, which the reader of the log takes."""
    rig, parse = RIGS[kind], parser(RIGS[kind])
    payload = Payload(raw=rig.make(1), where="here", at=datetime(2026, 11, 2, tzinfo=UTC))
    lines = [encode_event(event) for event in parse(payload)]
    assert lines
    assert lines == [encode_event(event) for event in parse(payload)]
    assert [encode_event(decode_event(line)) for line in lines] == lines


@pytest.mark.parametrize("kind", RIGS)
def test_a_bad_payload_says_why(kind: str) -> None:
    """What cannot be used raises the project's own error, with words for the operator."""
    parse = parser(RIGS[kind])
    for raw in RIGS[kind].bad:
        with pytest.raises(InputError) as caught:
            parse(Payload(raw=raw, where="here", at=AROUND.clock()))
        assert len(caught.value.reason) > 10


@pytest.mark.parametrize("kind", RIGS)
@given(data=st.data())
def test_no_bytes_make_a_parser_fail(kind: str, data: st.DataObject) -> None:
    """Any bytes, and good ones with holes and strangers in them, give events or our own error."""
    rig, parse = RIGS[kind], parser(RIGS[kind])
    raw = data.draw(st.binary(max_size=300) | mangled(rig.make(data.draw(st.integers(0, 9)))))
    try:
        events = parse(Payload(raw=raw, where="here", at=datetime(2026, 11, 2, tzinfo=UTC)))
    except InputError:
        return
    for event in events:
        decode_or_refuse(encode_event(event))


def mangled(raw: bytes) -> st.SearchStrategy[bytes]:
    """Return good bytes with pieces cut out, doubled or replaced."""
    at = st.integers(0, len(raw))
    piece = st.binary(max_size=8) | st.sampled_from([b"null", b"[]", b"{}", b"\0", b"\xff", b"-1"])
    return st.builds(
        lambda start, end, new: raw[: min(start, end)] + new + raw[max(start, end) :], at, at, piece
    )


def decode_or_refuse(line: bytes) -> None:
    """The log's reader may still refuse the line, with our own error."""
    with suppress(InputError):
        decode_event(line)


# ----------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize("kind", RIGS)
def test_a_wrong_key_is_named(kind: str) -> None:
    """A slip of the pen is told with the key that it is in."""
    with pytest.raises(ConfigError, match=r"channels\.tried\.colour: is no setting"):
        built(RIGS[kind], {"colour": "red"})


@pytest.mark.parametrize("kind", RIGS)
def test_every_way_in_has_a_name_of_its_own(kind: str) -> None:
    """It begins with the channel's: cursors and metrics are told apart by it."""
    channel = built(RIGS[kind])
    names = [one.name for one in channel.connectors] + [one.name for one in channel.listeners]
    assert len(set(names)) == len(names)
    assert all(name.split("/")[0] == "tried" and name != "tried/webhook" for name in names)


@pytest.mark.parametrize("kind", RIGS)
def test_no_secret_is_shown(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a built channel nor anything logged holds a secret."""
    rig = RIGS[kind]
    caplog.set_level(logging.DEBUG)
    channel = built(rig)
    try:
        found = repr(list(channel.check()))
    except SourceError as error:  # there is no such source, which is no matter here
        found = str(error)
    shown = found + repr(channel) + caplog.text
    assert not any(secret in shown for secret in rig.environ.values())


# --------------------------------------------------------------------------------------- connectors


@pytest.mark.parametrize("kind", FETCHED)
def test_everything_is_fetched_once_and_in_order(kind: str) -> None:
    """What is there at the start, and what appears later."""
    rig, sink = FETCHED[kind], MemorySink()
    with opened(rig) as source:
        add(source, rig, range(5))
        with running(built(rig, source.values), sink) as supervisor:
            wait_for_events(sink, 5)
            add(source, rig, range(5, 8))
            wait_for_events(sink, 8)
            report = until_running(supervisor)
        assert sink.ids == ids_of(rig, range(8))
        assert report.last_contact_at is not None
        assert not report.is_silent


@pytest.mark.parametrize("kind", FETCHED)
def test_a_restart_goes_on_where_it_was(kind: str) -> None:
    """Stopped at any point, and while new payloads come: no gap, nothing twice."""
    rig, sink = FETCHED[kind], MemorySink()
    with opened(rig) as source:
        for start in range(0, 9, 3):
            add(source, rig, range(start, start + 3))
            with running(built(rig, source.values), sink):
                wait_for_events(sink, start + 1)
        with running(built(rig, source.values), sink):
            wait_for_events(sink, 9)
        assert sink.ids == ids_of(rig, range(9))


@pytest.mark.parametrize("kind", FETCHED)
def test_a_full_disk_loses_nothing(kind: str) -> None:
    """A batch that could not be stored comes again, and only once."""
    rig, sink = FETCHED[kind], MemorySink(broken_at={0, 2})
    with opened(rig) as source:
        add(source, rig, range(7))
        with running(built(rig, source.values), sink) as supervisor:
            wait_for_events(sink, 7)
            assert supervisor.reports()[0].errors["store"] >= 1
        assert sink.ids == ids_of(rig, range(7))


@pytest.mark.parametrize("kind", FETCHED)
def test_a_cut_connection_is_made_again(kind: str) -> None:
    """What came meanwhile is fetched, once; a channel that polls may not even notice."""
    rig, sink = FETCHED[kind], MemorySink()
    with opened(rig) as source:
        add(source, rig, range(2))
        with running(built(rig, source.values), sink):
            wait_for_events(sink, 2)
            for number in range(2, 5):
                source.cut()
                add(source, rig, range(number, number + 1))
                wait_for_events(sink, number + 1)
        assert sink.ids == ids_of(rig, range(5))


@pytest.mark.parametrize("kind", FETCHED)
def test_a_bad_payload_costs_only_itself(kind: str) -> None:
    """It is a dead letter with its bytes; its neighbours are stored."""
    rig, sink = FETCHED[kind], MemorySink()
    with opened(rig) as source:
        add(source, rig, range(1))
        source.add(rig.bad[-1])
        add(source, rig, range(1, 2))
        with running(built(rig, source.values), sink):
            wait_for_events(sink, 2)
        assert sink.ids == ids_of(rig, range(2))
        assert [one.raw for one in sink.rejected] == [rig.bad[-1]]


@pytest.mark.parametrize(
    ("reply", "kinds"),
    [
        (Reply(status=429, headers={"retry-after": "0"}), {"rate_limited"}),
        (Reply(status=500, body=b"<h1>Oops</h1>"), {"unreachable"}),
        (Reply(status=401, body=b"{}"), {"access_refused"}),
        (Reply(body=b"<html>captive portal</html>"), {"garbled", "access_refused"}),
        (None, {"unreachable"}),
    ],
)
@pytest.mark.parametrize("kind", ASKED)
def test_a_source_that_answers_badly_is_told_and_asked_again(
    kind: str, reply: Reply | None, kinds: set[str]
) -> None:
    """Limits, errors, an expired token, garbage, a cut line: by kind and in words; nothing is lost.

    (Where a token endpoint is answered with garbage, that is a refusal.)
    """
    rig, sink = FETCHED[kind], MemorySink()
    with opened(rig) as source:
        add(source, rig, range(3))
        server: AnsweringServer = source.server  # type: ignore[attr-defined]  # these have one
        server.instead += [reply, reply]
        with running(built(rig, source.values), sink) as supervisor:
            wait_for_events(sink, 3)
            told = [kind for one in supervisor.reports() for kind in one.errors]
    assert set(told) & kinds, told
    assert sorted(sink.ids) == sorted(ids_of(rig, range(3)))


@contextmanager
def opened(rig: Rig) -> Iterator[Source]:
    """Start the server of a rig."""
    assert rig.source is not None
    with ExitStack() as stack:
        try:
            source = stack.enter_context(rig.source())
        except ServiceAbsent as absent:
            skip_or_fail(str(absent))
        yield source


def add(source: Source, rig: Rig, numbers: range) -> None:
    """Let the n-th payloads appear."""
    for number in numbers:
        source.add(rig.make(number))


# ----------------------------------------------------------------------------------------- webhooks


@contextmanager
def hooked(rig: Rig, sink: MemorySink) -> Iterator[Callable[..., Any]]:
    """Give a function that sends a delivery to the channel of a rig."""
    supervisor = Supervisor([replace(built(rig), connectors=())], sink, AROUND.clock, QUICK)
    yield lambda delivery: supervisor.receiver.receive("tried", delivery)


@pytest.mark.parametrize("kind", HOOKED)
def test_a_delivery_is_taken_once(kind: str) -> None:
    """The second time it is a replay: refused, and without effect."""
    rig, sink, now = HOOKED[kind], MemorySink(), AROUND.clock()
    assert rig.sign is not None
    with hooked(rig, sink) as send:
        delivery = rig.sign(rig.send(1), now)
        assert send(delivery).events >= (0 if rig.rings else 1)
        with pytest.raises(Forged, match="replay"):
            send(delivery)
    assert sink.ids == ([] if rig.rings else ids_of(rig, range(1, 2)))


@pytest.mark.parametrize("kind", [name for name, one in HOOKED.items() if not one.rings])
def test_a_delivery_that_could_not_be_kept_may_come_again(kind: str) -> None:
    """The source was told to send it again, so that is no replay."""
    rig, sink, now = HOOKED[kind], MemorySink(broken_at={0}), AROUND.clock()
    assert rig.sign is not None
    with hooked(rig, sink) as send:
        delivery = rig.sign(rig.send(1), now)
        with pytest.raises(Exception, match="disk"):
            send(delivery)
        assert send(delivery).events >= 1


@pytest.mark.parametrize("kind", HOOKED)
def test_a_forged_delivery_is_refused(kind: str) -> None:
    """Other bytes, another time, or no signature: nothing is kept of it, not even a dead letter."""
    rig, sink, now = HOOKED[kind], MemorySink(), AROUND.clock()
    assert rig.sign is not None
    good, other = rig.sign(rig.send(1), now), rig.sign(rig.send(2), now)
    with hooked(rig, sink) as send:
        for delivery in rig.forge(good, other):
            with pytest.raises(Forged) as caught:
                send(delivery)
            assert len(str(caught.value)) > 20
    assert sink.takes == 0


@pytest.mark.parametrize("kind", [name for name, one in HOOKED.items() if one.has_time])
def test_a_late_delivery_is_refused(kind: str) -> None:
    """Its signature is right, but older than the window, or from the future."""
    rig, sink, now = HOOKED[kind], MemorySink(), AROUND.clock()
    webhook = built(rig).webhook
    assert rig.sign is not None
    assert webhook is not None
    with hooked(rig, sink) as send:
        for shift in (webhook.window, -webhook.window):
            delivery = rig.sign(rig.send(1), now)
            late = replace(delivery, at=now + shift * 1.01 + timedelta(seconds=2))
            with pytest.raises(Forged, match="clock"):
                send(late if shift > timedelta() else replace(delivery, at=now + shift * 1.01))
    assert sink.takes == 0


@pytest.mark.parametrize("kind", HOOKED)
def test_a_signed_delivery_that_is_garbage_is_a_dead_letter(kind: str) -> None:
    """The source proved itself, so its bytes are kept, with the reason."""
    rig, sink, now = HOOKED[kind], MemorySink(), AROUND.clock()
    assert rig.sign is not None
    with hooked(rig, sink) as send:
        taken = send(rig.sign(rig.bad[-1], now))
    assert (taken.events, taken.dead_letters) == (0, 1)
    assert len(sink.rejected) == 1


@pytest.mark.parametrize("kind", HOOKED)
def test_no_request_makes_a_webhook_fail(kind: str) -> None:
    """Signed or not, cut, mixed: it is taken, a dead letter, or refused."""
    rig, sink, draw = HOOKED[kind], MemorySink(), random.Random(7)
    assert rig.sign is not None
    with hooked(rig, sink) as send:
        for number in range(40):
            delivery = rig.sign(rig.send(number)[: draw.randrange(200)], AROUND.clock())
            if number % 2:
                kept = draw.sample(sorted(delivery.headers), len(delivery.headers) // 2)
                delivery = replace(delivery, headers=dict.fromkeys(kept, "x"))
            try:
                send(delivery)
            except Forged:
                continue
