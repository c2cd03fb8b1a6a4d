"""What Zendesk's webhook and export become; shapes as Zendesk gives them, values of our own."""

from typing import Any

import pytest

from pipeline.channels.mail import MailSettings
from pipeline.channels.zendesk import Desk, parse
from pipeline.domain.events import Event, Feedback, Identity, Message, Status
from pipeline.errors import BadPayload
from tests.contract.rigs.zendesk import (
    START,
    audit,
    change,
    comment,
    exported,
    minute,
    told_by_webhook,
)

DESK = Desk(host="acme.zendesk.com", house=MailSettings())
AGENT = {"id": 5, "role": "agent", "email": "bea@acme.example"}


def read(raw: bytes) -> list[Event]:
    return parse(raw, DESK)


def test_a_comment_of_the_export() -> None:
    """Golden: every field."""
    assert read(exported(1)) == [
        Message(
            id="zendesk:acme.zendesk.com/comment/9001",
            at=START.replace(minute=1),
            version=1,
            customer=("zendesk:acme.zendesk.com/301",),
            channel="email",
            visibility="private",
            direction="inbound",
            text="Still broken",
            thread="zendesk:acme.zendesk.com/71",
            refs=("ticket:71",),
        )
    ]


def test_the_webhook_and_the_export_tell_of_one_event() -> None:
    """By one id; the export has the higher version."""
    told = {"id": 9001, "body": "Still broken", "is_public": True, "author": {"id": "301"}}
    (at_once,) = read(told_by_webhook("comment_added", event={"comment": told}))
    (later,) = read(exported(1))
    assert at_once.id == later.id
    assert (at_once.version, later.version) == (0, 1)
    states = {"current": "SOLVED", "previous": "OPEN"}
    (state,) = read(told_by_webhook("status_changed", event=states))
    (again,) = read(exported(1, audit(1, change(1, "open", "solved"))))
    assert state.id == again.id == "zendesk:acme.zendesk.com/71/solved@1793610060"


def test_an_agents_answer_is_outbound_to_the_requester() -> None:
    """In the channel of the ticket, though written on the web."""
    answer = audit(1, comment(2, author_id=5), author_id=5, via={"channel": "web"})
    (found,) = read(exported(1, answer, users=[AGENT]))
    assert isinstance(found, Message)
    assert (found.direction, found.channel) == ("outbound", "email")
    assert found.customer == ("zendesk:acme.zendesk.com/301",)
    told = {"id": 1, "body": "x", "is_public": True, "author": {"id": "5", "is_staff": True}}
    (hook,) = read(told_by_webhook("comment_added", event={"comment": told}))
    assert isinstance(hook, Message)
    assert hook.direction == "outbound"


def test_notes_are_between_agents() -> None:
    """And other fields are no events."""
    note = audit(1, comment(2, public=False, author_id=5), change(3, "low", "high", "priority"))
    assert read(exported(1, note, users=[AGENT])) == []
    told = {"id": 1, "body": "x", "is_public": False, "author": {"id": "5"}}
    assert read(told_by_webhook("comment_added", event={"comment": told})) == []
    assert read(told_by_webhook("priority_changed", event={})) == []


def test_states_become_ours() -> None:
    """A ticket that is open again was reopened; hold is pending; others are none."""
    some = [("new", "open"), ("open", "hold"), ("hold", "solved"), ("solved", "open")]
    audits = [audit(n, change(n, *pair)) for n, pair in enumerate(some)]
    found = read(exported(0, *audits))
    assert [one.status for one in found if isinstance(one, Status)] == [
        "open",
        "pending",
        "solved",
        "reopened",
    ]
    assert read(exported(1, audit(1, change(1, "open", "dreaming")))) == []


def test_a_merge_joins_and_claims_nothing() -> None:
    """Both references stand on one event; the closing of the merged one is left out."""
    via = {"channel": "web", "source": {"from": {"ticket_id": 60}, "rel": "merge"}}
    told = audit(1, comment(2, author_id=5), change(3, "open", "closed"), via=via, author_id=5)
    joined, message = read(exported(1, told, users=[AGENT]))
    assert isinstance(joined, Status)
    assert isinstance(message, Message)
    assert (joined.status, joined.refs) == ("open", ("ticket:71", "ticket:60"))
    assert message.auto
    assert read(told_by_webhook("merged", event={})) == [], "the export tells of it"


def test_users_and_satisfaction() -> None:
    """A verified address and an international number are the same person; good is 5."""
    user = {
        "id": 301,
        "role": "end-user",
        "email": "Ann@example.org",
        "verified": True,
        "phone": "+49 30 123",
        "updated_at": minute(0),
    }
    score = audit(1, change(1, "offered", "good", "satisfaction_score"))
    identity, feedback = read(exported(1, score, users=[user, AGENT]))
    assert isinstance(identity, Identity)
    assert identity.same == (
        "zendesk:acme.zendesk.com/301",
        "email:ann@example.org",
        "phone:+4930123",
    )
    assert isinstance(feedback, Feedback)
    assert feedback.score == 5
    unverified = {**user, "verified": False, "shared_phone_number": True}
    assert not any(isinstance(one, Identity) for one in read(exported(1, users=[unverified])))


def test_a_ticket_made_of_a_public_post_is_public() -> None:
    """By what Zendesk says of its source."""
    via = {"channel": "twitter", "source": {"rel": "mention"}}
    (found,) = read(exported(1, audit(1, comment(1), via=via), via=via))
    assert isinstance(found, Message)
    assert (found.channel, found.visibility) == ("x", "public")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"ticket": {}}', "id: expected a text or number"),
        (b"{}", "type: expected"),
        (exported(1, audit(1, created_at="soon")), "created_at: expected a time"),
    ],
)
def test_what_is_wrong_is_named(raw: bytes, told: Any) -> None:
    """With its path."""
    with pytest.raises(BadPayload, match=told):
        read(raw)
