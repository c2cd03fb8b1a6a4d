"""How mail providers post mails, signed as they do; every key here was made for these tests."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from pipeline.payloads import Delivery
from tests.contract.rigs import Rig, mails

KEY = "key-for-tests-only"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mails"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-tests.pem"
BOUNDARY = "xYzZY"

# ------------------------------------------------------------------------------------------ mailgun


def form(fields: dict[str, bytes], files: int = 0) -> tuple[bytes, str]:
    """Return a multipart form and its content type."""
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (BOUNDARY.encode(), name.encode(), value)
        for name, value in fields.items()
    ]
    parts += [
        b'--%s\r\nContent-Disposition: form-data; name="attachment-%d"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\nxxxx\r\n" % (BOUNDARY.encode(), number)
        for number in range(files)
    ]
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode(), (
        f"multipart/form-data; boundary={BOUNDARY}"
    )


def mailgun_form(raw: bytes, at: datetime) -> dict[str, bytes]:
    """Return the fields of a route that posts mails whole."""
    timestamp, token = str(int(at.timestamp())).encode(), uuid4().hex.encode()
    signature = hmac.new(KEY.encode(), timestamp + token, hashlib.sha256).hexdigest()
    return {
        "recipient": b"help@acme.example",
        "timestamp": timestamp,
        "token": token,
        "signature": signature.encode(),
        "body-mime": raw,
    }


def mailgun(raw: bytes, at: datetime) -> Delivery:
    """Post as Mailgun does."""
    fields = mailgun_form(raw, at)
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items()).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Delivery(headers=headers, query={}, raw=body, at=at)


# ----------------------------------------------------------------------------------------- sendgrid


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    """Return the key of a security policy."""
    return ec.generate_private_key(ec.SECP256R1())


def public_key() -> str:
    """Return it as SendGrid shows it."""
    der = sendgrid_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def sendgrid(raw: bytes, at: datetime, fields: dict[str, bytes] | None = None) -> Delivery:
    """Post as SendGrid does."""
    body, content_type = form({"email": raw} if fields is None else fields)
    told = str(int(at.timestamp()))
    signed = sendgrid_key().sign(told.encode() + body, ec.ECDSA(SHA256()))
    headers = {
        "content-type": content_type,
        "x-twilio-email-event-webhook-timestamp": told,
        "x-twilio-email-event-webhook-signature": base64.b64encode(signed).decode(),
    }
    return Delivery(headers=headers, query={}, raw=body, at=at)


# ----------------------------------------------------------------------------------------- postmark


def postmark(raw: bytes, at: datetime, more: dict[str, Any] | None = None) -> Delivery:
    """Post as Postmark does."""
    told = {"MessageID": "x", "RawEmail": raw.decode("utf-8", "replace"), **(more or {})}
    secret = base64.b64encode(f"postmark:{KEY}".encode()).decode()
    headers = {"content-type": "application/json", "authorization": f"Basic {secret}"}
    return Delivery(headers=headers, query={}, raw=json.dumps(told).encode(), at=at)


# ---------------------------------------------------------------------------------------------- ses


@cache
def amazon() -> tuple[rsa.RSAPrivateKey, bytes]:
    """Return a key and its certificate, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    return key, certificate.public_bytes(Encoding.PEM)


def certificate(url: str) -> bytes:
    """Return Amazon's certificate from where the messages say that it is."""
    assert url == CERTIFICATE_URL, url
    return amazon()[1]


def sns(fields: dict[str, str], at: datetime) -> Delivery:
    """Sign and post as SNS does."""
    told = {
        "Type": "Notification",
        "MessageId": uuid4().hex,
        "TopicArn": TOPIC,
        "Timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
        **fields,
    }
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    if told["Type"] != "Notification":
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    signed = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    signature = amazon()[0].sign(signed.encode(), padding.PKCS1v15(), SHA256())
    told["Signature"] = base64.b64encode(signature).decode()
    headers = {"content-type": "text/plain; charset=UTF-8"}
    return Delivery(headers=headers, query={}, raw=json.dumps(told).encode(), at=at)


def receipt(raw: bytes, *, encoding: str = "BASE64") -> str:
    """Return the message of a receipt rule whose action is SNS."""
    content = base64.b64encode(raw).decode() if encoding == "BASE64" else raw.decode()
    action = {"type": "SNS", "topicArn": TOPIC, "encoding": encoding}
    return json.dumps(
        {"notificationType": "Received", "receipt": {"action": action}, "content": content}
    )


def ses(raw: bytes, at: datetime) -> Delivery:
    """Post as SES does."""
    return sns({"Message": receipt(raw)}, at)


# ---------------------------------------------------------------------------------------- forgeries


def forge_mailgun(good: Delivery, other: Delivery) -> list[Delivery]:
    """Another token or time under the same signature, no form, another kind of form."""
    return [
        replace(good, raw=good.raw.replace(b"token=", b"token=0")),
        replace(good, raw=good.raw.replace(b"timestamp=1", b"timestamp=2")),
        replace(good, raw=good.raw.replace(b"signature=", b"signature=0")),
        replace(good, raw=b""),
        replace(good, headers={"content-type": "multipart/form-data; boundary=x"}),
        replace(good, headers={}),
    ]


def forge_postmark(good: Delivery, other: Delivery) -> list[Delivery]:
    """Another password, none at all, another scheme, no Base64."""
    wrong = base64.b64encode(b"postmark:other").decode()
    told = [f"Basic {wrong}", "", f"Bearer {wrong}", "Basic %%%"]
    return [replace(good, headers={"authorization": one}) for one in told]


def forge_ses(good: Delivery, other: Delivery) -> list[Delivery]:
    """Another mail, topic, certificate or version under the same signature; no message at all."""
    told = json.loads(good.raw)
    changes = [
        {"Message": json.loads(other.raw)["Message"]},
        {"TopicArn": TOPIC + "s"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/c.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/c.pem"},
        {"SignatureVersion": "3"},
        {"Signature": "%%%"},
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "x", "Token": "x"},
        {"Timestamp": None},
    ]
    bodies = [json.dumps({**told, **one}).encode() for one in changes]
    return [replace(good, raw=raw) for raw in [*bodies, b"", b"[]", b"{}"]]


Kept = partial(Rig, make=mails.make, bad=mails.BAD)
SECRET = {"CCM_CHANNEL_TRIED_KEY": KEY}
RIGS = [
    Kept(kind="mailgun", environ=SECRET, sign=mailgun, forge=forge_mailgun),
    Kept(
        kind="postmark",
        environ={"CCM_CHANNEL_TRIED_PASSWORD": KEY},
        sign=postmark,
        forge=forge_postmark,
        has_time=False,
    ),
    Kept(kind="sendgrid", values={"public_key": public_key()}, sign=sendgrid),
    Kept(kind="ses", values={"topic_arn": TOPIC}, sign=ses, forge=forge_ses, fetch=certificate),
    Kept(kind="lmtp", values={"port": 1}),
]
