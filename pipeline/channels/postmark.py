"""Postmark's inbound webhook: JSON, over an address with user and password in it.

Postmark signs nothing: whoever knows the password of the address is believed (and TLS has to keep
it). There is no time in it either, so that replays are known only for as long as we remember, and
by the mail's own id. With "Include raw email content in JSON payload" the mail comes whole.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.channels import mail
from pipeline.channels.rebuilt import rebuild
from pipeline.config import Secret
from pipeline.domain.events import Event
from pipeline.errors import BadPayload, Forged
from pipeline.payloads import Delivery, Payload, Proof, Webhook, check_equal


@dataclass(kw_only=True)
class PostmarkWebhook(Webhook):
    """One inbound stream.

    Attributes:
        user: in the address.
        password: in the address.
        mail: how mails are read.
    """

    user: str
    password: Secret
    mail: mail.MailSettings

    def verify(self, delivery: Delivery) -> Proof:
        """Check user and password."""
        scheme, _, told = delivery.headers.get("authorization", "").partition(" ")
        try:
            found = base64.b64decode(told.strip(), validate=True)
        except binascii.Error:
            found = b""
        if scheme.lower() != "basic":
            found = b""
        expected = f"{self.user}:{self.password.reveal()}"
        check_equal(
            found,
            expected,
            "the address has no or another user and password; let Postmark post to "
            "https://USER:PASSWORD@…",
        )
        if not delivery.raw:
            raise Forged("the body is empty: nothing that Postmark sends")
        return Proof(token=hashlib.sha256(delivery.raw).hexdigest(), at=None)

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the mail, whole or put together."""
        try:
            told: Any = json.loads(delivery.raw)
            whole = told.get("RawEmail")
            raw = whole.encode() if isinstance(whole, str) and whole else _from_pieces(told)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            reason = f"expected the JSON of Postmark's inbound webhook ({error!r})"
            raise BadPayload(reason) from None
        return [Payload(raw=raw, where="mail", at=delivery.at.replace(microsecond=0))]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of the mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)


def _from_pieces(told: dict[str, Any]) -> bytes:
    headers = [(str(one["Name"]), str(one["Value"])) for one in told["Headers"]]
    known = {name.lower() for name, _ in headers}
    for name in ("From", "To", "Cc", "Subject", "Date"):
        value = told.get(name)
        if name.lower() not in known and isinstance(value, str) and value:
            headers.append((name, value))
    return rebuild(headers, str(told.get("TextBody") or ""), str(told.get("HtmlBody") or ""))
