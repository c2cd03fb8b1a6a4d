"""Networks that post what happens: Meta (Facebook, Instagram) and X's Account Activity API."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.channels import meta, x_activity
from pipeline.channels.signing import Signature
from pipeline.config import Secret
from pipeline.connectors.ports import Kind, Parts, Surroundings
from pipeline.connectors.signed import SignedWebhook, numbered
from pipeline.errors import Forged
from pipeline.payloads import Answer, Delivery, Finding, check_equal

_META_SIGNED: Final = Signature(header="x-hub-signature-256", prefix="sha256=")
_X_SIGNED: Final = Signature(
    header="x-twitter-webhooks-signature", prefix="sha256=", encoding="base64"
)


@dataclass(frozen=True, kw_only=True)
class MetaSettings:
    """One app of Meta.

    Attributes:
        key: the app's secret.
        verify_token: of your choice; write the same into the form of the webhook at Meta.
    """

    key: Secret
    verify_token: Secret


@dataclass(frozen=True, kw_only=True)
class XSettings:
    """One app of X.

    Attributes:
        key: the app's consumer secret (API key secret).
    """

    key: Secret


@dataclass(kw_only=True)
class MetaWebhook(SignedWebhook):
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
class XWebhook(SignedWebhook):
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
        split=numbered(meta.split),
        read=lambda raw: meta.parse(raw, around.mail),
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
        split=numbered(x_activity.split),
        read=lambda raw: x_activity.parse(raw, around.mail),
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
