"""Mailgun's inbound routes: a form whose fields ``timestamp`` and ``token`` are signed.

The signature (HMAC-SHA256 of timestamp and token, hexadecimal) says nothing of the rest of the
form; so a token is good once, and TLS has to keep the rest. A route whose address ends in ``mime``
posts the mail whole (``body-mime``); the others post it in pieces.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pipeline.channels import mail
from pipeline.channels.form_data import read_form
from pipeline.channels.rebuilt import rebuild
from pipeline.config import Secret
from pipeline.domain.events import Event
from pipeline.errors import BadPayload, Forged, InputError
from pipeline.payloads import Delivery, Payload, Proof, Webhook, check_equal

_EXPECTED: Final = "expected Mailgun's form of an inbound route"


@dataclass(kw_only=True)
class MailgunWebhook(Webhook):
    """One route.

    Attributes:
        key: the account's HTTP webhook signing key.
        mail: how mails are read.
    """

    key: Secret
    mail: mail.MailSettings

    def verify(self, delivery: Delivery) -> Proof:
        """Check the signature over timestamp and token."""
        try:
            form = read_form(delivery.raw, delivery.headers.get("content-type", ""))
        except InputError as error:
            raise Forged(f"{_EXPECTED}: {error.reason}") from None
        timestamp, token = form.get("timestamp", b""), form.get("token", b"")
        expected = hmac.new(self.key.reveal().encode(), timestamp + token, hashlib.sha256)
        check_equal(
            form.get("signature", b""),
            expected.hexdigest(),
            "the form's signature does not fit; is the key Mailgun's HTTP webhook signing key?",
        )
        return Proof(token=token.decode("latin-1"), at=_moment(timestamp))

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the mail, whole or put together."""
        form = read_form(delivery.raw, delivery.headers.get("content-type", ""))
        whole = form.get("body-mime") or _from_pieces(form)
        return [Payload(raw=whole, where="mail", at=_moment(form["timestamp"]))]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of the mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)


def _moment(timestamp: bytes) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp[:20]), UTC)
    except (ValueError, OverflowError, OSError):
        raise Forged(f"the timestamp {timestamp[:20]!r} is none") from None


def _from_pieces(form: Mapping[str, bytes]) -> bytes:
    try:
        told: Any = json.loads(form["message-headers"])
        headers = [(str(name), str(value)) for name, value in told]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        reason = f"neither body-mime nor message-headers can be read ({error!r})"
        raise BadPayload(f"{reason}; let the route's address end in mime") from None
    text, html = form.get("body-plain", b""), form.get("body-html", b"")
    return rebuild(headers, text.decode("utf-8", "replace"), html.decode("utf-8", "replace"))
