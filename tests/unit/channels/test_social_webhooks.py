"""What Meta and X post, and how they ask whose address it is."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest

from pipeline.channels import meta, x_activity
from pipeline.channels.mail import MailSettings
from pipeline.config import ChannelTable
from pipeline.connectors.registry import build_channel
from pipeline.domain.events import Message
from pipeline.errors import BadPayload, Forged
from pipeline.payloads import Delivery, Webhook
from tests.contract.rigs import social
from tests.contract.rigs.social import (
    KEY,
    OURS,
    PAGE,
    START,
    US,
    VERIFY,
    activity,
    comment,
    direct,
    message,
    messaging,
    post,
    user,
)
from tests.unit.connectors.test_mastodon import AROUND

HOUSE = MailSettings()


def from_meta(raw: bytes) -> Message:
    (found,) = meta.parse(raw, HOUSE)
    assert isinstance(found, Message)
    return found


def from_x(raw: bytes) -> Message:
    (found,) = x_activity.parse(raw, HOUSE)
    assert isinstance(found, Message)
    return found


# --------------------------------------------------------------------------------------------- meta


def test_a_comment_is_public() -> None:
    """Golden: every field."""
    assert from_meta(social.meta(comment(1))) == Message(
        id="facebook:7_1",
        at=START + timedelta(minutes=1),
        customer=("facebook:51", "facebook:comment/7_1"),
        channel="facebook",
        visibility="public",
        direction="inbound",
        text="Still broken",
        thread="facebook:1000_7",
        in_reply_to="facebook:1000_7",
    )


def test_the_pages_answer_belongs_to_the_comment() -> None:
    """Meta does not name whom it answers; the comment is an identifier of its writer."""
    ours = {"from": {"id": PAGE, "name": "Acme"}, "comment_id": "7_2", "parent_id": "7_1"}
    found = from_meta(social.meta(comment(2, **ours)))
    assert found.direction == "outbound"
    assert found.customer[0] in from_meta(social.meta(comment(1))).customer


def test_edits_and_removals_are_higher_versions() -> None:
    """A removal keeps that it was public."""
    first = from_meta(social.meta(comment(1)))
    edited = from_meta(social.meta(comment(1, verb="edited", message="x"), at=social.seconds(5)))
    gone = from_meta(social.meta(comment(1, verb="remove"), at=social.seconds(9)))
    assert first.version < edited.version < gone.version
    assert (gone.id, gone.deleted, gone.visibility, gone.text) == (first.id, True, "public", "")


def test_visitors_posts_are_contacts_and_our_own_are_not() -> None:
    """Likes, reactions and shares neither."""
    visitor = comment(1, item="post", post_id=f"{PAGE}_9")
    assert from_meta(social.meta(visitor)).id == f"facebook:{PAGE}_9"
    own = comment(1, item="status", **{"from": {"id": PAGE}})
    likes = [comment(1, item=one) for one in ("like", "reaction", "share")]
    assert meta.parse(social.meta(own, *likes), HOUSE) == []


def test_direct_messages_are_private() -> None:
    """Both sides; receipts are none; a message that was taken back is deleted."""
    inbound, echo = from_meta(messaging(message(1))), from_meta(messaging(message(1, echo=True)))
    assert (inbound.direction, echo.direction) == ("inbound", "outbound")
    assert inbound.customer == echo.customer == ("facebook:51",)
    assert inbound.visibility == "private"
    assert meta.parse(messaging({"read": {"watermark": 1}}), HOUSE) == []
    assert from_meta(messaging(message(1, is_deleted=True), kind="instagram")).deleted


def test_comments_on_instagram() -> None:
    """They have no time of their own but the delivery's."""
    told = {"id": "18", "text": "Broken", "from": {"id": "51"}, "media": {"id": "17"}}
    found = from_meta(social.meta(told, kind="instagram", field="comments"))
    assert (found.id, found.channel, found.thread) == ("instagram:18", "instagram", "instagram:17")
    assert found.at == START + timedelta(hours=1)


def test_a_delivery_of_many_is_taken_apart() -> None:
    """So that a bad one costs only itself."""
    parts = meta.split(social.meta(comment(1), comment(2, created_time="x"), comment(3)))
    assert len(parts) == 3
    assert [from_meta(one).id for one in parts[::2]] == ["facebook:7_1", "facebook:7_3"]


# ------------------------------------------------------------------------------------------------ x


def test_a_post_that_mentions_us() -> None:
    """Golden: every field."""
    assert from_x(activity(post(1, text="@Acme order #4711 &amp; no answer"))) == Message(
        id="x:1001",
        at=START + timedelta(minutes=1),
        customer=("x:ann_1",),
        channel="x",
        visibility="public",
        direction="inbound",
        text="@Acme order #4711 & no answer",
        lang="en",
        refs=("order:4711",),
        reach=10,
    )


def test_a_long_post_is_read_whole() -> None:
    """The short text is cut by X."""
    found = from_x(activity(post(1, extended_tweet={"full_text": "@Acme " + "long " * 50})))
    assert len(found.text) > 200


def test_a_protected_accounts_post_is_private() -> None:
    """By its audience; it has no reach then."""
    found = from_x(activity(post(1, user=user(1, protected=True))))
    assert (found.visibility, found.reach) == ("private", None)


@pytest.mark.parametrize("at", ["Mon Nov 02 09:0" + "7" * 99 + ":00 +0000 2026", "soon", ""])
def test_a_time_that_no_calendar_has_is_a_bad_payload(at: str) -> None:
    """The fuzzer found that a minute of a hundred digits left the parser as another error."""
    raw = activity(tweet_create_events=[{"id_str": "1", "created_at": at, "text": "@Acme hi",
        "user": {"id_str": "9", "screen_name": "Ann_1"},
        "entities": {"user_mentions": [{"id_str": "2244", "screen_name": "Acme"}]}}])  # fmt: skip
    with pytest.raises(BadPayload):
        x_activity.parse(raw, HOUSE)


def test_our_posts_are_outbound_to_whom_they_speak() -> None:
    """An answer, a quote; news to nobody are no event, reposts neither."""
    answer = {"in_reply_to_user_id_str": "91", "in_reply_to_screen_name": "Ann_1"}
    found = from_x(activity(post(2, user=OURS, in_reply_to_status_id_str="1001", **answer)))
    assert (found.direction, found.customer) == ("outbound", ("x:ann_1",))
    assert found.in_reply_to == "x:1001"
    nobody: dict[str, Any] = {"in_reply_to_user_id_str": None, "in_reply_to_screen_name": None}
    quote = from_x(activity(post(2, user=OURS, quoted_status=post(1), **nobody)))
    assert quote.customer == ("x:ann_1",)
    news = activity(post(2, user=OURS, **nobody), post(3, retweeted_status=post(1)))
    assert x_activity.parse(news, HOUSE) == []


def test_direct_messages_on_x_are_private() -> None:
    """Both sides in one thread; likes and typing are no contacts."""
    inbound, outbound = from_x(direct(1)), from_x(direct(1, ours=True))
    assert (inbound.visibility, inbound.text) == ("private", "Hello & goodbye")
    assert (inbound.direction, outbound.direction) == ("inbound", "outbound")
    assert inbound.customer == outbound.customer == ("x:ann_1",)
    assert inbound.thread == outbound.thread
    assert x_activity.parse(activity(favorite_events=[{"id": "1"}]), HOUSE) == []


# --------------------------------------------------------------------------------------- challenges


def webhook(kind: str) -> Webhook:
    secrets = {"CCM_CHANNEL_NET_KEY": KEY, "CCM_CHANNEL_NET_VERIFY_TOKEN": VERIFY}
    found = build_channel(ChannelTable(name="net", kind=kind, values={}), AROUND, secrets).webhook
    assert found is not None
    return found


def asked(**query: str) -> Delivery:
    return Delivery(headers={}, query={k.replace("__", "."): v for k, v in query.items()}, raw=b"",
                    at=START)  # fmt: skip


def test_meta_is_answered_if_it_knows_the_token() -> None:
    """With its challenge, as plain text."""
    good = {"hub__mode": "subscribe", "hub__challenge": "1158201444"}
    answer = webhook("meta").challenge(asked(**good, hub__verify_token=VERIFY))
    assert answer is not None
    assert (answer.body, answer.media_type) == (b"1158201444", "text/plain")
    for bad in ({"hub__verify_token": "wrong", **good}, good, {"hub__verify_token": VERIFY}):
        with pytest.raises(Forged, match="hub"):
            webhook("meta").challenge(asked(**bad))


def test_x_is_answered_with_what_only_we_can_know() -> None:
    """The CRC: an HMAC of its token."""
    answer = webhook("x").challenge(asked(crc_token="abc"))
    assert answer is not None
    digest = hmac.new(KEY.encode(), b"abc", hashlib.sha256).digest()
    expected = {"response_token": "sha256=" + base64.b64encode(digest).decode()}
    assert json.loads(answer.body) == expected
    with pytest.raises(Forged, match="crc_token"):
        webhook("x").challenge(asked())
    assert US != PAGE
