"""SendGrid's Inbound Parse: a form, signed over the time and the whole body (ECDSA).

The security policy of the parse setting gives the public key. With "POST the raw, full MIME
message" the mail comes whole (``email``), else in pieces: ``headers``, ``text``, ``html``.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from pipeline.channels import mail
from pipeline.channels.form_data import read_form
from pipeline.channels.mime import decode
from pipeline.channels.rebuilt import rebuild, split_headers
from pipeline.domain.events import Event
from pipeline.errors import BadPayload, ConfigError, Forged
from pipeline.payloads import Delivery, Payload, Proof, Webhook

SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"


@dataclass(kw_only=True)
class SendGridWebhook(Webhook):
    """One parse setting.

    Attributes:
        key: the public key of its security policy.
        mail: how mails are read.
    """

    key: EllipticCurvePublicKey
    mail: mail.MailSettings

    def verify(self, delivery: Delivery) -> Proof:
        """Check the signature over timestamp and body."""
        signed, told = delivery.headers.get(SIGNATURE, ""), delivery.headers.get(TIMESTAMP, "")
        try:
            signature = base64.b64decode(signed, validate=True)
            self.key.verify(signature, told.encode() + delivery.raw, ECDSA(SHA256()))
            at = datetime.fromtimestamp(int(told[:20]), UTC)
        except (InvalidSignature, binascii.Error, ValueError, OverflowError, OSError):
            raise Forged(
                "the signature in X-Twilio-Email-Event-Webhook-Signature does not fit; is the "
                "public_key that of the parse setting's security policy?"
            ) from None
        return Proof(token=signed, at=at)

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the mail, whole or put together."""
        form = read_form(delivery.raw, delivery.headers.get("content-type", ""))
        whole = form.get("email") or _from_pieces(form)
        return [Payload(raw=whole, where="mail", at=delivery.at.replace(microsecond=0))]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of the mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)


def read_key(told: str, where: str) -> EllipticCurvePublicKey:
    """Return the public key as SendGrid shows it, in base64.

    Raises:
        ConfigError: it is none.
    """
    try:
        key = load_der_public_key(base64.b64decode(told, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise ConfigError(f"{where}: is no public key; copy it as the security policy shows it")
    return key


def _from_pieces(form: Mapping[str, bytes]) -> bytes:
    if "headers" not in form:
        raise BadPayload(
            "neither the field email nor headers is there; is this SendGrid's Inbound Parse?"
        )
    charsets = _charsets(form.get("charsets", b""))

    def text(name: str) -> str:
        return decode(form.get(name, b""), charsets.get(name, "utf-8"))

    return rebuild(split_headers(text("headers")), text("text"), text("html"))


def _charsets(raw: bytes) -> Mapping[str, str]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
