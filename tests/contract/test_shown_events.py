"""What the shared ledger keeps for pages, on both databases: told in any order, and forgotten."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.redaction import Found
from pipeline.domain.events import Erasure, Event, Identity, Message, Reading, Signal, Status
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline
from pipeline.domain.verdict import Evidence
from pipeline.embedded.book import EmbeddedBook
from pipeline.ledger import Ledger, Shown
from pipeline.monitor import Change
from pipeline.redacting import build_redact
from pipeline.topology.batches import Record
from pipeline.topology.showing import to_show
from pipeline.wire import decode_event, encode_event
from tests.verdicts import build_verdict

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
NOW = AT + timedelta(days=3)
TEXT = "I am ada@example.org. Still no refund!"
MESSAGE = Message(
    id="form:1",
    at=AT,
    customer=("email:ada@example.org",),
    channel="web_form",
    visibility="private",
    direction="inbound",
    text=TEXT,
    subject="From ada@example.org",
    extra={"secret": "ada"},
)
SPAN = (TEXT.index("Still"), TEXT.index("!"))
READING = Reading(
    id="reading:1",
    at=AT,
    customer=MESSAGE.customer,
    of="form:1",
    model="m-1",
    signals=(Signal(name="chase", probability=0.8, span=SPAN),),
    severity="blame",
)
LINK = Identity(id="crm:1", at=AT, same=("email:ada@example.org", "x:ada"))
STATUS = Status(id="desk:1", at=AT, customer=MESSAGE.customer, status="open")
VERDICT = build_verdict(
    "form:1",
    events=("desk:1", "form:1"),
    evidence=(Evidence(event="crm:1", rule="linked_by_identity", at=AT),),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on each kind of database."""
    with ExitStack() as opened:
        url = f"sqlite:///{tmp_path / 'ledger.db'}"
        if request.param == "postgresql":
            url = opened.enter_context(request.getfixturevalue("postgres_server").database())
        made = Ledger(url)
        opened.callback(made.close)
        yield made


def records(*events: Event) -> list[Record]:
    """The log, with a line between that nobody can read."""
    lines = [b"no JSON", *map(encode_event, events), None]
    return [
        Record(topic="ccm-events", partition=0, offset=at, key=b"k", value=line)
        for at, line in enumerate(lines)
    ]


def tell(ledger: Ledger, *events: Event) -> None:
    """Do what a dashboard does with the log."""
    ledger.shown.keep(*to_show(records(*events), decode_event, build_redact(frozenset())))


def book(ledger: Ledger) -> EmbeddedBook:
    """The pages' view of the shared ledger."""
    return EmbeddedBook(
        ledger=ledger, timeline_of=lambda _: Timeline(), policy=Policy(), shown=ledger.shown
    )


def change(**changes: object) -> Change:
    """What a worker tells."""
    return Change(root="email:ada@example.org", verdicts=(replace(VERDICT, **changes),), at=NOW)  # type: ignore[arg-type]  # good values


def test_a_case_shows_its_texts_without_personal_data(ledger: Ledger) -> None:
    """What was read stands on the same words; identifiers are masked in the database already."""
    ledger.apply([change()])
    tell(ledger, READING, LINK, STATUS, MESSAGE)
    tell(ledger, MESSAGE, READING)
    shown = {event.id: event for event in book(ledger).events("form:1", NOW)}
    assert shown.keys() == {"form:1", "desk:1", "crm:1"}
    message = shown["form:1"]
    assert isinstance(message, Message)
    assert message.text == "I am [email]. Still no refund!"
    assert message.subject == "From [email]"
    (signal,) = message.signals or ()
    assert signal.span is not None
    assert message.text[slice(*signal.span)] == "Still no refund"
    assert book(ledger).readings("form:1", NOW)["form:1"].severity == "blame"
    kept = [encode_event(one.event) for one in ledger.shown.events({"form:1", "crm:1", "desk:1"})]
    assert not any(b"ada" in line for line in kept)


def test_edits_and_later_readings_take_their_place(ledger: Ledger) -> None:
    """Of each version of a message the reading told last; of a message the version known then."""
    ledger.apply([change()])
    edit = replace(MESSAGE, version=1, text="All is well.", at=AT + timedelta(hours=1))
    anew = replace(READING, version=1, model="m-2", signals=())
    tell(ledger, MESSAGE, READING)
    tell(ledger, edit, anew)
    tell(ledger, replace(READING, message_version=1, model="m-3", signals=()))
    earlier = book(ledger).events("form:1", AT + timedelta(minutes=1))
    assert [event.text for event in earlier if isinstance(event, Message)] == [
        "I am [email]. Still no refund!"
    ]
    now = book(ledger).events("form:1", NOW)
    assert [event.text for event in now if isinstance(event, Message)] == ["All is well."]
    assert book(ledger).readings("form:1", NOW)["form:1"].model == "m-3"
    assert {one.model for one in ledger.shown.readings({"form:1"})} == {"m-2", "m-3"}


def test_a_forgotten_customer_is_shown_no_more(ledger: Ledger) -> None:
    """Nothing is left of the texts, and what is told again is not shown."""
    ledger.apply([change()])
    tell(ledger, MESSAGE, READING, Erasure(id="gdpr:1", at=NOW, customer=MESSAGE.customer))
    ledger.apply([change(flags=("erased",), customer=())])
    assert list(ledger.shown.events({"form:1"})) == []
    assert list(ledger.shown.readings({"form:1"})) == []
    tell(ledger, MESSAGE)
    assert book(ledger).events("form:1", NOW) == []


def test_what_was_taken_out_is_known_by_its_places(ledger: Ledger) -> None:
    """So that spans of the original find theirs, through the database."""
    told = Shown(event=MESSAGE, found=(Found(kind="email", start=5, end=20),))
    ledger.shown.keep([told], [])
    assert list(ledger.shown.events(["form:1"])) == [replace(told, event=replace(MESSAGE))]
