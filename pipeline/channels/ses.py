"""Amazon SES receipts over SNS: JSON, signed with a certificate of Amazon's.

Anybody can have SNS sign something; so the topic is compared with ours, too. SNS repeats a message
for up to an hour with its first time and signature, hence the window; repetitions are known by
their id. The receipt rule's action has to be SNS, which brings the mail itself.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509 import load_pem_x509_certificate

from pipeline.channels import mail
from pipeline.domain.events import Event
from pipeline.errors import BadPayload, Forged
from pipeline.payloads import Delivery, Payload, Proof, Webhook, check_equal

REPEATED_FOR: Final = timedelta(hours=1)
CERTIFICATES_MAX: Final = 8
_NOTIFIED: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ASKED: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_AMAZON: Final = re.compile(r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?/[^\s@]{0,2000}")
_HASHES: Final[dict[str, type[HashAlgorithm]]] = {"1": SHA1, "2": SHA256}
_NOT_OURS: Final = "expected a message of Amazon SNS with its signature"

Fetch = Callable[[str], bytes]
"""Returns what is at an address; raises ``SourceError``."""


@dataclass(kw_only=True)
class SesWebhook(Webhook):
    """One SNS topic.

    Attributes:
        topic: its ARN.
        mail: how mails are read.
        fetch: gets Amazon's certificates, and confirms the subscription.
    """

    topic: str
    mail: mail.MailSettings
    fetch: Fetch
    window: timedelta = REPEATED_FOR
    _keys: dict[str, RSAPublicKey] = field(default_factory=dict, repr=False)

    def verify(self, delivery: Delivery) -> Proof:
        """Check the topic and the signature over the fields of the message."""
        told = _message(delivery.raw)
        check_equal(
            _text(told, "TopicArn"), self.topic, f"it comes from another topic than {self.topic}"
        )
        algorithm = _HASHES.get(_text(told, "SignatureVersion"))
        if algorithm is None:
            raise Forged("SignatureVersion is neither 1 nor 2")
        try:
            signature = base64.b64decode(_text(told, "Signature"), validate=True)
            key = self._key(_text(told, "SigningCertURL"))
            key.verify(signature, _signed(told), PKCS1v15(), algorithm())
            at = datetime.fromisoformat(_text(told, "Timestamp"))
        except (InvalidSignature, binascii.Error, ValueError):
            raise Forged("the signature does not fit the message") from None
        if at.tzinfo is None:
            raise Forged("its Timestamp has no offset")
        return Proof(token=_text(told, "MessageId"), at=at)

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the mail of a receipt; a question whether we want the topic is answered."""
        told = _message(delivery.raw)
        if told.get("Type") == "SubscriptionConfirmation":
            self.fetch(_amazons(_text(told, "SubscribeURL"), "SubscribeURL"))
            return []
        if told.get("Type") != "Notification":
            raise BadPayload(f"a message of the type {str(told.get('Type'))[:40]!r}: no mail in it")
        return [Payload(raw=_mail(_text(told, "Message")), where="mail", at=delivery.at)]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of the mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)

    def _key(self, url: str) -> RSAPublicKey:
        """Return the key of a certificate, which is fetched once."""
        _amazons(url, "SigningCertURL")
        if url not in self._keys:
            key = load_pem_x509_certificate(self.fetch(url)).public_key()
            if not isinstance(key, RSAPublicKey):
                raise Forged("Amazon's certificate holds no RSA key")
            while len(self._keys) >= CERTIFICATES_MAX:
                self._keys.pop(next(iter(self._keys)))
            self._keys[url] = key
        return self._keys[url]


def _message(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise Forged(_NOT_OURS) from None
    if not isinstance(told, dict):
        raise Forged(_NOT_OURS)
    return told


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise Forged(f"{_NOT_OURS}: {name} is missing")
    return value


def _signed(told: dict[str, Any]) -> bytes:
    """Return what SNS signs: names and values of certain fields, each on a line."""
    names = _NOTIFIED if told.get("Type") == "Notification" else _ASKED
    kept = [name for name in names if name in told or name != "Subject"]
    return "".join(f"{name}\n{_text(told, name)}\n" for name in kept).encode()


def _amazons(url: str, name: str) -> str:
    """Return an address if it is Amazon's own: a stranger's must not be asked for.

    Raises:
        Forged: it is not.
    """
    if not _AMAZON.fullmatch(url):
        raise Forged(f"{name} leads to {url[:80]!r}, which is not Amazon's")
    return url


def _mail(message: str) -> bytes:
    try:
        told = json.loads(message)
        kind, content = told.get("notificationType"), told.get("content")
        encoding = told.get("receipt", {}).get("action", {}).get("encoding", "UTF-8")
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadPayload(f"expected the JSON of an SES receipt ({error!r})") from None
    if kind != "Received":
        raise BadPayload(f"a notification of the kind {str(kind)[:40]!r}: no mail came in")
    if not isinstance(content, str):
        raise BadPayload(
            "the receipt comes without the mail; let the rule's action be SNS (up to 150 KB), or "
            "fetch the mailbox by IMAP"
        )
    if str(encoding).upper() != "BASE64":
        return content.encode("utf-8", "replace")
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise BadPayload(f"the mail in the receipt is no Base64 ({error})") from None
