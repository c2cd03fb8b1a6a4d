"""Mapping files: what helpdesks post, read as told by TOML; and the signatures that they have."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.mail import MailSettings
from pipeline.channels.mapping import Book, Mapped, parse, read_mapping, split
from pipeline.channels.signing import read_signature
from pipeline.config import ChannelTable, Secret
from pipeline.connectors.ports import Surroundings
from pipeline.connectors.registry import build_channel
from pipeline.connectors.signed import SignedWebhook
from pipeline.domain.events import TOPICS, Event, Feedback, Identity, Message, Status
from pipeline.errors import BadPayload, ConfigError, Forged, InputError
from pipeline.payloads import Delivery, Payload
from tests.contract.rigs.helpdesks import EXAMPLE, KEY, chatwoot, minute, packed, reply, zammad

START = datetime(2026, 11, 2, 9, 1, tzinfo=UTC)
AROUND = Surroundings(mail=MailSettings(), topics=frozenset(TOPICS), clock=lambda: START)
MINIMAL = '[[event]]\nkind = "message"\nid = "a:{id}"\nat = "{at}"\n'


def read(kind: str, told: dict[str, Any]) -> list[Event]:
    """Read what the helpdesk of a kind posts."""
    values = {"mapping": str(EXAMPLE)} if kind == "webhook" else {}
    table = ChannelTable(name="desk", kind=kind, values=values)
    webhook = build_channel(table, AROUND, {"CCM_CHANNEL_DESK_KEY": KEY}).webhook
    assert isinstance(webhook, SignedWebhook)
    return list(webhook.parse(Payload(raw=packed(told), where="body")))


def test_the_example_reads_a_reply() -> None:
    """Golden: every field."""
    told = reply(1)
    told["ticket"] |= {"order": "4711"}
    assert read("webhook", told) == [
        Message(
            id="desk:reply/1",
            at=START,
            customer=("email:ann1@example.org",),
            channel="helpdesk",
            visibility="private",
            direction="inbound",
            text="Still broken",
            thread="desk:71",
            refs=("ticket:71", "order:4711"),
        )
    ]


def test_the_example_reads_the_rest() -> None:
    """States, surveys, merged customers, edits, an agent's answer."""
    ticket = {"id": 71, "customer": {"email": "ann@example.org"}}
    same = {"id": 9, "at": minute(1), "ticket": ticket}
    (state,) = read("webhook", {**same, "type": "state", "state": "Done"})
    assert isinstance(state, Status)
    assert (state.status, state.thread, state.refs) == ("solved", "desk:71", ("ticket:71",))
    (survey,) = read("webhook", {**same, "type": "survey", "solved": False, "score": 2})
    assert isinstance(survey, Feedback)
    assert (survey.resolved, survey.score) == (False, 2)
    (merge,) = read("webhook", {**same, "type": "merge", "emails": ["a@b.example", "c@b.example"]})
    assert isinstance(merge, Identity)
    assert merge.same == ("email:a@b.example", "email:c@b.example")
    (answer,) = read("webhook", reply(1, author={"kind": "agent"}, edited_at=minute(9)))
    assert isinstance(answer, Message)
    assert (answer.direction, answer.version) == ("outbound", 1793610540000)


def test_chatwoot_tells_both_sides() -> None:
    """One customer by one identifier; the address belongs to it."""
    (inbound,) = read("chatwoot", chatwoot(1))
    assert inbound.customer == ("chatwoot:desk/301", "email:ann1@example.org")
    agent = {"id": 1, "name": "Bea", "email": "bea@acme.example", "type": "user"}
    (outbound,) = read("chatwoot", chatwoot(1, id=2, message_type="outgoing", sender=agent))
    assert isinstance(inbound, Message)
    assert isinstance(outbound, Message)
    assert outbound.direction == "outbound"
    assert outbound.customer == ("chatwoot:desk/301",)
    assert outbound.thread == inbound.thread == "chatwoot:desk/conversation/41"
    assert (inbound.channel, inbound.visibility) == ("chat", "private")
    (greeting,) = read("chatwoot", chatwoot(1, message_type="template", sender=None))
    assert isinstance(greeting, Message)
    assert greeting.auto


def test_chatwoot_notes_are_between_agents() -> None:
    """And what else it tells is no event: activities, contacts, typing."""
    assert read("chatwoot", chatwoot(1, message_type="outgoing", private=True)) == []
    assert read("chatwoot", chatwoot(1, message_type="activity")) == []
    assert read("chatwoot", {"event": "contact_updated", "id": 3}) == []


def test_chatwoot_states_and_deletions() -> None:
    """Resolved is a claim; a deleted message keeps its id."""
    told = {
        "event": "conversation_status_changed",
        "id": 41,
        "status": "resolved",
        "updated_at": 1793610540.25,
        "meta": {"sender": {"id": 301}},
    }
    (state,) = read("chatwoot", told)
    assert isinstance(state, Status)
    assert (state.status, state.thread) == ("solved", "chatwoot:desk/conversation/41")
    gone = chatwoot(1, event="message_updated", content_attributes={"deleted": True})
    (message,) = read("chatwoot", gone)
    assert isinstance(message, Message)
    assert (message.id, message.deleted, message.text) == ("chatwoot:desk/1", True, "")


def test_zammad_tells_articles_and_closures() -> None:
    """A reply with which the ticket was closed is both."""
    inbound, works = read("zammad", zammad(1))
    assert isinstance(inbound, Message)
    assert isinstance(works, Status)
    assert (inbound.visibility, works.status) == ("private", "open")
    assert (inbound.text, inbound.refs) == ("Still broken", ("ticket:80001",))
    told = zammad(1, sender="Agent", id=950, body="<p>We sent a new one.</p>")
    told["ticket"] |= {"state": "closed", "close_at": minute(5)}
    answer, closed = read("zammad", told)
    assert isinstance(answer, Message)
    assert isinstance(closed, Status)
    assert answer.direction == "outbound"
    assert (closed.status, closed.at) == ("closed", START.replace(minute=5))
    (works,) = read("zammad", zammad(1, sender="Agent", internal=True))
    assert isinstance(works, Status)  # a note between agents is no message


def test_zammad_waits_and_posts() -> None:
    """What waits for the customer is pending; what anybody can read is public."""
    told = zammad(1, sender="Agent", type="twitter status")
    told["ticket"]["state"] = "pending reminder"
    answer, waits = read("zammad", told)
    assert isinstance(answer, Message)
    assert isinstance(waits, Status)
    assert (answer.channel, answer.visibility) == ("x", "public")
    assert (waits.status, waits.id) == (
        "pending",
        f"zammad:desk/ticket/61/pending@{minute(1)}",
    )


def test_a_merged_ticket_of_zammad_is_no_claim() -> None:
    """Its state says so."""
    told = zammad(1, sender="System", type="note")
    told["ticket"] |= {"state": "merged", "close_at": minute(5)}
    assert read("zammad", told) == []


def test_what_no_rule_fits_says_what_was_looked_at() -> None:
    """So that the operator can write the rule."""
    with pytest.raises(BadPayload, match=r"no rule .* fits \(type = 'weather'\)"):
        read("webhook", {"type": "weather"})


@pytest.mark.parametrize(
    ("told", "identifiers"),
    [("+49 (30) 123-45", ("phone:+493012345",)), ("0049 30 1", ("phone:+49301",)), ("030 1", ())],
)
def test_telephone_numbers_are_international_or_none(
    told: str, identifiers: tuple[str, ...]
) -> None:
    """A national one may be anybody's."""
    customer = {"email": "ann@example.org", "phone": told}
    (found,) = read("webhook", reply(1, ticket={"id": 1, "customer": customer}))
    assert found.customer == ("email:ann@example.org", *identifiers)


def test_several_in_one_delivery() -> None:
    """Each is a payload of its own."""
    mapped = read_mapping('each = "events"\n' + MINIMAL, "m.toml")
    found = split(b'{"events": [{"id": 1}, {"id": 2}]}', mapped)
    assert found == [("events.0", b'{"id":1}'), ("events.1", b'{"id":2}')]
    with pytest.raises(BadPayload, match="events: expected a list"):
        split(b"{}", mapped)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[event", "m.toml: "),
        ("", r"write 1 to 100 tables \[\[event\]\]"),
        (MINIMAL + 'colour = "red"', "event 1: colour means nothing here"),
        ('[[event]]\nkind = "message"', "event 1: id is missing"),
        (MINIMAL + 'text = "{a|upper}"', r"event 1: text: no filter \|upper"),
        (MINIMAL + 'text = "{a|map:b}"', r"there is no table \[map.b\]"),
        (MINIMAL + 'text = "{a"', "has a brace that is no"),
        ('otherwise = "cry"\n' + MINIMAL, "otherwise: write"),
        (MINIMAL + "when = 3", "event 1: when: write a table"),
        ("map = 3\n" + MINIMAL, "map: write tables"),
    ],
)
def test_a_slip_in_the_file_is_named(text: str, told: str) -> None:
    """With its place and what to write."""
    with pytest.raises(ConfigError, match=told):
        read_mapping(text, "m.toml")


@given(
    told=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "at", "a", "b"]), inner, max_size=4)
        ),
    )
)
def test_any_json_is_an_event_or_a_reason(told: Any) -> None:
    """Whatever stands at the paths."""
    rest = (
        'text = ["{a}", "{b|html|reply}", ""]\ncustomer = ["x:{a.b}", "y:{b}"]\nversion = "{a}"\n'
    )
    mapped = read_mapping(MINIMAL + rest + 'channel = "c"\nvisibility = "{b|lower}"', "m.toml")
    book = Book(channel="desk", maps={}, house=MailSettings())
    with suppress(InputError):
        parse(json.dumps(told).encode(), mapped, book, TOPICS)


def test_mapped_is_what_the_file_says() -> None:
    """Where things are, and what becomes of the others."""
    found = read_mapping('otherwise = "ignore"\n' + MINIMAL, "m.toml")
    assert isinstance(found, Mapped)
    assert (found.ignores, found.each) == (True, "")


# --------------------------------------------------------------------------------------- signatures


def verify(told: dict[str, str], headers: dict[str, str], raw: bytes = b"{}") -> None:
    delivery = Delivery(headers=headers, query={}, raw=raw, at=START)
    read_signature(told, "m.toml").verify(delivery, Secret(lambda: KEY))


@pytest.mark.parametrize(
    ("told", "headers"),
    [
        ({"scheme": "token", "header": "X-Key"}, {"x-key": KEY}),
        ({"scheme": "token", "header": "X-Key", "prefix": "Bearer "}, {"x-key": f"Bearer {KEY}"}),
        ({"scheme": "basic"}, {"authorization": "Basic YS1rZXktZm9yLXRlc3Rz"}),
        (
            {"scheme": "hmac-sha512", "encoding": "base64"},
            {
                "x-signature": "EcdWmIqlfqVnonsIDBgAdWRt6OJCXFDUQd+UdyMHQdb2"
                "NadJ8Z1NOu3/zaZPsBYmi0RqpRPjiv+Nyc3tWf3/TA=="
            },
        ),
    ],
)
def test_schemes_of_all_sorts(told: dict[str, str], headers: dict[str, str]) -> None:
    """A right one passes, any other does not."""
    verify(told, headers)
    wrong = {name: value[:-1] + "?" for name, value in headers.items()}
    for bad in (wrong, {}):
        with pytest.raises(Forged):
            verify(told, bad)
    with pytest.raises(Forged):
        verify(told, headers, b"")


def test_a_helpdesk_that_does_not_sign_yet() -> None:
    """User and password of the address are all that an older Chatwoot can send."""
    table = ChannelTable(name="desk", kind="chatwoot", values={"basic": True})
    built = build_channel(table, AROUND, {"CCM_CHANNEL_DESK_KEY": "ccm:secret"})
    assert built.webhook is not None
    headers = {"authorization": "Basic Y2NtOnNlY3JldA=="}
    good = Delivery(headers=headers, query={}, raw=packed(chatwoot(1)), at=START)
    assert built.webhook.verify(good).at is None
    with pytest.raises(Forged):
        built.webhook.verify(replace(good, headers={}))
    assert "signs nothing" in next(iter(built.check())).found


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"scheme": "rot13"}, "signature.scheme: write one of"),
        ({"encoding": "octal"}, "signature.encoding: write hex or base64"),
        ({"signed": "{time}"}, "signature.signed: write {body} into it"),
        ({"signed": "{time}{body}"}, "signature.time: name the header"),
        ({"colour": "red"}, "signature.colour"),
    ],
)
def test_a_slip_in_a_signature_is_named(told: dict[str, str], message: str) -> None:
    """Before anything is verified by it."""
    with pytest.raises(ConfigError, match=message):
        read_signature(told, "m.toml")
