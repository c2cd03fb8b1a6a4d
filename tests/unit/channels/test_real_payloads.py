"""Recorded public payloads: each is read, is no concern of ours, or is refused in words."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.channels import bluesky, freshdesk, mastodon, x_posts, zendesk
from pipeline.channels.mail import MailSettings
from pipeline.connectors.x_api import payload_of
from pipeline.domain.events import Event, Message
from pipeline.errors import InputError
from pipeline.wire import decode_event, encode_event

HOUSE = MailSettings()


def tried(parse: Callable[[bytes], list[Event]], raws: Iterator[bytes]) -> Counter[str]:
    """Return how many gave what; what they gave survives the log."""
    found: Counter[str] = Counter()
    for raw in raws:
        try:
            events = parse(raw)
        except InputError as error:
            found["refused" if len(error.reason) > 10 else "refused without a word"] += 1
            continue
        for event in events:
            assert encode_event(decode_event(encode_event(event))) == encode_event(event)
            found["message" if isinstance(event, Message) else "other"] += 1
        found["nothing"] += not events
    assert not found["refused without a word"]
    return found


def objects(paths: list[Path]) -> Iterator[Any]:
    """Yield what files of JSON hold, lists one by one."""
    for path in paths:
        told = json.loads(path.read_text(encoding="utf-8"))
        yield from told if isinstance(told, list) else [told]


def lines(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        yield from (line for line in path.read_bytes().splitlines() if line.strip())


def test_statuses_of_mastodon(shared_data: Path) -> None:
    """Statuses, timelines and notifications of many versions of the server."""
    folder = shared_data / "payloads" / "mastodon" / "bigbone_assets"
    wanted = [*folder.rglob("*status*.json"), *folder.rglob("*timeline*.json")]
    wanted += folder.rglob("notifications.json")
    server = mastodon.Server(host="mastodon.social", account="nobody", house=HOUSE)
    raws = (json.dumps(one).encode() for one in objects(sorted(wanted)) if isinstance(one, dict))
    found = tried(lambda raw: mastodon.parse(raw, server), raws)
    assert found["message"] >= 20, found


def test_events_of_jetstream(shared_data: Path) -> None:
    """Who is answered hears of it; likes, profiles and what others say to others are nothing."""
    some = list(
        lines(sorted((shared_data / "payloads" / "bluesky" / "jetstream").rglob("*.jsonl")))
    )
    answered = set(
        re.findall(rb'"parent":\{[^{}]*"uri":"at://(did:[a-z]+:[a-z0-9]+)/', b"".join(some))
    )
    found: Counter[str] = Counter()
    for did in sorted(answered) or [b"did:plc:nobodynobodynobodynobody"]:
        account = bluesky.Account(did=did.decode(), house=HOUSE)
        found += tried(lambda raw, us=account: bluesky.parse(raw, us), iter(some))  # type: ignore[misc]  # the default binds it
    assert found.total() >= 100, found
    assert not answered or found["message"], found


def test_posts_of_x(shared_data: Path) -> None:
    """Pages as the API gives them: originals, quotes and answers are messages, reposts are none."""
    folder = shared_data / "payloads" / "x" / "twarc_v2_jsonl"

    def payloads() -> Iterator[bytes]:
        for line in lines(sorted(folder.glob("*.jsonl"))):
            if not line.endswith(b"}"):
                continue  # a file that was cut
            told = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
            data = told.get("data", msgspec.Raw(b"null"))
            some = data if bytes(data).startswith(b"[") else msgspec.Raw(b"[" + bytes(data) + b"]")
            includes = msgspec.json.decode(told.get("includes", msgspec.Raw(b"{}")))
            for one in msgspec.json.decode(some, type=list[msgspec.Raw]):
                post = msgspec.json.decode(one)
                if isinstance(post, dict) and "author_id" in post:
                    yield payload_of(one, includes, "1", "x")[1].raw

    found = tried(lambda raw: x_posts.parse(raw, HOUSE), payloads())
    assert found["message"] >= 100, found
    assert found["nothing"] >= 100, found


def test_tickets_of_freshdesk(shared_data: Path) -> None:
    """A ticket with its conversation: what was said in public is messages."""
    folder = shared_data / "payloads" / "freshdesk"
    whole = json.loads(next(folder.rglob("ticket_with_conversations.json")).read_text("utf-8"))
    said = json.loads(next(folder.rglob("tacCase99Conversations.json")).read_text("utf-8"))
    desk = freshdesk.Desk(host="acme.freshdesk.com", house=HOUSE)
    raws = [{"ticket": whole, "conversations": some} for some in (whole["conversations"], said)]
    found = tried(
        lambda raw: freshdesk.parse(raw, desk), (json.dumps(one).encode() for one in raws)
    )
    assert found["message"] >= 5, found
    assert not found["refused"], found


def test_tickets_of_zendesk(shared_data: Path) -> None:
    """Tickets with audits and users, as a client library recorded them."""
    folder = shared_data / "payloads" / "zendesk" / "go_zendesk" / "GET"
    ticket = json.loads((folder / "ticket.json").read_text("utf-8"))["ticket"]
    audits = json.loads((folder / "ticket_audits.json").read_text("utf-8"))["audits"]
    users = json.loads((folder / "users.json").read_text("utf-8"))["users"]
    desk = zendesk.Desk(host="acme.zendesk.com", house=HOUSE)
    whole = json.dumps({"ticket": ticket, "audits": audits, "users": users}).encode()
    found = tried(lambda raw: zendesk.parse(raw, desk), iter([whole]))
    assert not found["refused"], found


@pytest.mark.parametrize("raw", [b"", b"[]", b"null"])
def test_nothing_is_refused_in_words(raw: bytes) -> None:
    """The counting itself tells refusals from concerns."""
    server = mastodon.Server(host="mastodon.social", account="nobody", house=HOUSE)
    assert tried(lambda one: mastodon.parse(one, server), iter([raw]))["refused"] == 1
