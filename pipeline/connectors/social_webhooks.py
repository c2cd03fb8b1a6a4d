"""Networks that post what happens: Meta (Facebook, Instagram) and X's Account Activity API."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.channels import meta, x_activity
from pipeline.channels.mail import MailSettings
from pipeline.channels.signing import Signature
from pipeline.config import Secret
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.domain.events import Event
from pipeline.errors import Forged
from pipeline.payloads import Answer, Delivery, Finding, Payload, Proof, Webhook, check_equal

_META_SIGNED: Final = Signature(header="x-hub-signature-256", prefix="sha256=")
_X_SIGNED: Final = Signature(
    header="x-twitter-webhooks-signature", prefix="sha256=", encoding="base64"
)


@dataclass(frozen=True, kw_only=True)
class MetaSettings:
    """``key``: the app's secret. ``verify_token``: what you write into the form of the webhook."""

    key: Secret
    verify_token: Secret


@dataclass(frozen=True, kw_only=True)
class XSettings:
    """``key``: the app's consumer secret (API key secret)."""

    key: Secret


@dataclass(kw_only=True)
class SocialWebhook(Webhook):
    """What a network posts.

    Attributes:
        signature: how it signs.
        key: the app's secret.
        split: takes a delivery apart.
        read: makes events of a part.
        house: who we are, and the bounds.
    """

    signature: Signature
    key: Secret
    split: Callable[[bytes], list[bytes]]
    read: Callable[[bytes, MailSettings], list[Event]]
    house: MailSettings

    def verify(self, delivery: Delivery) -> Proof:
        """Compare the signature over the body."""
        return self.signature.verify(delivery, self.key)

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the things in the delivery."""
        return [
            Payload(raw=raw, where=f"thing {number}", at=delivery.at)
            for number, raw in enumerate(self.split(delivery.raw), 1)
        ]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of one thing."""
        return self.read(payload.raw, self.house)


@dataclass(kw_only=True)
class MetaWebhook(SocialWebhook):
    """Meta asks whose address this is when the webhook is set up."""

    verify_token: Secret

    def challenge(self, delivery: Delivery) -> Answer:
        """Return the challenge to whoever knows the token."""
        advice = "hub.verify_token does not fit: write the same into Meta's form and into ours"
        check_equal(delivery.query.get("hub.verify_token", ""), self.verify_token.reveal(), advice)
        if delivery.query.get("hub.mode") != "subscribe":
            raise Forged("hub.mode is not subscribe, which is all that Meta asks")
        return Answer(
            body=delivery.query.get("hub.challenge", "").encode(), media_type="text/plain"
        )


@dataclass(kw_only=True)
class XWebhook(SocialWebhook):
    """X asks every hour whether we still know the secret (CRC)."""

    def challenge(self, delivery: Delivery) -> Answer:
        """Return what X's token and the secret give."""
        token = delivery.query.get("crc_token", "")
        if not token:
            raise Forged("crc_token is missing, with which X asks")
        digest = hmac.new(self.key.reveal().encode(), token.encode(), hashlib.sha256).digest()
        told = {"response_token": "sha256=" + base64.b64encode(digest).decode()}
        return Answer(body=json.dumps(told).encode())


def _meta(name: str, settings: MetaSettings, around: Surroundings) -> Parts:
    webhook = MetaWebhook(
        signature=_META_SIGNED,
        key=settings.key,
        split=meta.split,
        read=meta.parse,
        house=around.mail,
        verify_token=settings.verify_token,
    )

    def check() -> Iterator[Finding]:
        yield Finding(
            is_well=True,
            found=f"let Meta call https://…/v1/webhooks/{name}, and subscribe to feed and messages "
            "(page), comments and messages (Instagram)",
        )

    return Parts(webhook=webhook, check=check)


def _x(name: str, settings: XSettings, around: Surroundings) -> Parts:
    webhook = XWebhook(
        signature=_X_SIGNED,
        key=settings.key,
        split=x_activity.split,
        read=x_activity.parse,
        house=around.mail,
    )

    def check() -> Iterator[Finding]:
        yield Finding(is_well=True, found=f"let X call https://…/v1/webhooks/{name}")

    return Parts(webhook=webhook, check=check)


META: Final = Kind(
    about="comments, posts and messages that Facebook and Instagram post",
    settings=MetaSettings,
    build=_meta,
)
X: Final = Kind(
    about="posts and direct messages that X's Account Activity API posts",
    settings=XSettings,
    build=_x,
)
