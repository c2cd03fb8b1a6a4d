"""What Freshdesk's tickets and ratings become; shapes as its API gives them, values of our own."""

from typing import Any

import pytest

from pipeline.channels.freshdesk import Desk, parse, told_ticket
from pipeline.channels.mail import MailSettings
from pipeline.domain.events import Event, Feedback, Identity, Message, Status
from pipeline.errors import BadPayload
from tests.contract.rigs.freshdesk import START, conversation, minute, rating, rings, whole

DESK = Desk(host="acme.freshdesk.com", house=MailSettings())


def read(raw: bytes) -> list[Event]:
    return parse(raw, DESK)


def messages(raw: bytes, desk: Desk = DESK) -> list[Message]:
    return [one for one in parse(raw, desk) if isinstance(one, Message)]


def rated(grade: Any) -> bytes:
    import msgspec

    return msgspec.json.encode({"rating": rating(1, grade)})


def test_a_tickets_first_words() -> None:
    """Golden: every field."""
    assert read(whole(1)) == [
        Message(
            id="freshdesk:acme.freshdesk.com/71/description",
            at=START.replace(minute=1),
            customer=("freshdesk:acme.freshdesk.com/301",),
            channel="email",
            visibility="private",
            direction="inbound",
            text="Still broken",
            subject="Kettle",
            thread="freshdesk:acme.freshdesk.com/71",
            refs=("ticket:71",),
        )
    ]


def test_replies_go_both_ways() -> None:
    """An agent's reply is outbound to the requester; an automatic one is marked so."""
    said = [
        conversation(2, user_id=301),
        conversation(3, user_id=5, incoming=False, last_edited_at=minute(4)),
        conversation(5, user_id=5, incoming=False, auto_response=True),
    ]
    _, theirs, ours, robot = messages(whole(1, *said))
    assert (theirs.id, theirs.direction) == (
        "freshdesk:acme.freshdesk.com/conversation/9002",
        "inbound",
    )
    assert (ours.direction, ours.customer) == ("outbound", theirs.customer)
    assert ours.version > 0
    assert robot.auto


def test_notes_are_between_agents() -> None:
    """So is what they forward to others; a public note is read by the customer."""
    note = conversation(2, private=True, incoming=False, source=2)
    forward = conversation(3, incoming=False, source=8)
    public = conversation(4, incoming=False, source=2, body_text="We posted it")
    found = messages(whole(1, note, forward, public))
    assert [one.text for one in found] == ["Still broken", "We posted it"]


def test_a_ticket_that_an_agent_began_is_outbound() -> None:
    """Freshdesk calls its source an outbound e-mail."""
    (found,) = messages(whole(1, source=10))
    assert (found.direction, found.channel) == ("outbound", "email")


def test_states_come_by_their_times() -> None:
    """Solved, closed and reopened each once, however often the ticket is read."""
    stats = {"resolved_at": minute(3), "closed_at": minute(5), "reopened_at": minute(4)}
    found = [one for one in read(whole(1, stats=stats)) if isinstance(one, Status)]
    assert [(one.status, one.at.minute) for one in found] == [
        ("reopened", 4),
        ("solved", 3),
        ("closed", 5),
    ]
    assert found[1].id == "freshdesk:acme.freshdesk.com/71/solved@1730538180"


def test_a_merge_joins_and_claims_nothing() -> None:
    """Both tickets name each other by Freshdesk's notes, which are no messages."""
    away = "This ticket is closed and merged into ticket 88"
    note = conversation(2, private=True, incoming=False, source=2, body_text=away)
    closed = {"closed_at": minute(3), "resolved_at": minute(3)}
    (_, joined) = read(whole(1, note, stats=closed))
    assert isinstance(joined, Status)
    assert (joined.status, joined.refs) == ("open", ("ticket:71", "ticket:88"))
    here = "Tickets with ID 71, 72 are merged into this ticket"
    note = conversation(2, incoming=False, source=2, body_text=here)
    found = read(whole(18, note))
    assert [one.refs for one in found if isinstance(one, Status)] == [
        ("ticket:88", "ticket:71"),
        ("ticket:88", "ticket:72"),
    ]
    assert len(messages(whole(18, note))) == 1
    customer = conversation(2, body_text=away)
    assert len(messages(whole(1, customer))) == 2, "what a customer quotes merges nothing"


def test_the_requester_is_one_person() -> None:
    """By address and an international number; a national one may be anybody's."""
    person = {"id": 301, "email": "Ann@example.org", "mobile": "+49 30 123", "phone": "030 9"}
    identity, _ = read(whole(1, requester=person))
    assert isinstance(identity, Identity)
    assert identity.same == (
        "freshdesk:acme.freshdesk.com/301",
        "email:ann@example.org",
        "phone:+4930123",
    )
    other, _ = read(whole(1, requester={**person, "email": "ann@example.net"}))
    assert other.id != identity.id, "a new address is a new assertion"


@pytest.mark.parametrize(("grade", "score"), [(103, 5), (100, 3), (-101, 2), (-103, 1)])
def test_ratings_are_scores(grade: int, score: int) -> None:
    """Freshdesk's seven grades as one to five."""
    (found,) = read(rated(grade))
    assert isinstance(found, Feedback)
    assert (found.score, found.thread) == (score, "freshdesk:acme.freshdesk.com/71")


def test_social_tickets_are_what_the_settings_say() -> None:
    """Left alone by default: Freshdesk does not tell a mention from a direct message."""
    assert read(whole(1, source=5)) == []
    public = Desk(host="acme.freshdesk.com", house=MailSettings(), social="public")
    (found,) = messages(whole(1, source=5), public)
    assert (found.channel, found.visibility) == ("x", "public")


def test_the_bell_names_a_ticket() -> None:
    """As Freshdesk packs it, and as a template of one's own would."""
    assert told_ticket(rings(1)) == told_ticket(b'{"ticket_id": "71"}') == "71"
    with pytest.raises(BadPayload, match="ticket_id: expected"):
        told_ticket(b'{"ticket": 1}')


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"ticket": {}}', "id: expected a text or number"),
        (b"{}", "id: expected"),
        (whole(1, created_at="soon"), "created_at: expected a time"),
        (rated(7), "default_question: expected one of -103"),
    ],
)
def test_what_is_wrong_is_named(raw: bytes, told: Any) -> None:
    """With its path."""
    with pytest.raises(BadPayload, match=told):
        read(raw)
