"""Mails as providers post them: whole or in pieces, with whatever is attached."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.channels import mail
from pipeline.channels.company import Company
from pipeline.channels.form_data import PARTS_MAX, read_form
from pipeline.channels.mailgun import MailgunWebhook
from pipeline.channels.postmark import PostmarkWebhook
from pipeline.channels.rebuilt import rebuild, split_headers
from pipeline.channels.sendgrid import SendGridWebhook, read_key
from pipeline.channels.ses import SesWebhook
from pipeline.config import Secret
from pipeline.domain.events import Message
from pipeline.errors import BadPayload, ConfigError, InputError, TooLarge
from pipeline.payloads import Delivery, Webhook
from tests.contract.rigs import mail_webhooks as rig
from tests.contract.rigs import mails

AT = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
HOW = mail.MailSettings(company=Company(domains=frozenset({"acme.example"})))
SECRET = Secret(lambda: rig.KEY)
WHOLE = mail.parse(mails.make(1), HOW)[0]


def only(webhook: Webhook, delivery: Delivery) -> Message:
    """Return the one message of a delivery that proves itself."""
    webhook.verify(delivery)
    (payload,) = webhook.payloads(delivery)
    (message,) = webhook.parse(payload)
    assert isinstance(message, Message)
    return message


def same(found: Message) -> None:
    """The mail reads as it does when it comes whole."""
    assert isinstance(WHOLE, Message)
    for name in ("id", "at", "customer", "text", "subject", "thread", "refs", "direction", "auto"):
        assert getattr(found, name) == getattr(WHOLE, name), name


def headers_and_text() -> tuple[list[tuple[str, str]], str]:
    head, _, text = mails.make(1).decode().partition("\r\n\r\n")
    return split_headers(head), text


def test_mailgun_in_pieces_reads_as_whole() -> None:
    """Its other routes post the headers as JSON; hundreds of attachments do no harm."""
    headers, text = headers_and_text()
    fields = rig.mailgun_form(b"", AT)
    del fields["body-mime"]
    fields["message-headers"] = json.dumps(headers).encode()
    fields["body-plain"] = text.encode()
    body, content_type = rig.form(fields, files=500)
    delivery = Delivery(headers={"content-type": content_type}, query={}, raw=body, at=AT)
    same(only(MailgunWebhook(key=SECRET, mail=HOW), delivery))


def test_sendgrid_in_pieces_reads_as_whole() -> None:
    """Its texts are in the character sets that it names."""
    headers, text = headers_and_text()
    block = "\n".join(f"{name}: {value}" for name, value in headers)
    fields = {
        "headers": block.encode(),
        "text": text.encode("utf-16-le"),
        "charsets": b'{"text": "utf-16-le"}',
    }
    webhook = SendGridWebhook(key=read_key(rig.public_key(), "key"), mail=HOW)
    same(only(webhook, rig.sendgrid(b"", AT, fields)))


def test_postmark_in_pieces_reads_as_whole() -> None:
    """Without the raw mail there are headers and texts; what headers lack stands beside them."""
    headers, text = headers_and_text()
    told = {
        "RawEmail": None,
        "From": "ann1@example.org",
        "Subject": dict(headers)["Subject"],
        "Date": dict(headers)["Date"],
        "TextBody": text,
        "Headers": [
            {"Name": name, "Value": value}
            for name, value in headers
            if name not in {"From", "Subject", "Date"}
        ],
    }
    webhook = PostmarkWebhook(user="postmark", password=SECRET, mail=HOW)
    same(only(webhook, rig.postmark(b"", AT, told)))


@pytest.mark.parametrize("encoding", ["BASE64", "UTF-8"])
def test_ses_in_either_encoding(encoding: str) -> None:
    """The receipt rule chooses it."""
    webhook = SesWebhook(topic=rig.TOPIC, mail=HOW, fetch=rig.certificate)
    same(only(webhook, rig.sns({"Message": rig.receipt(mails.make(1), encoding=encoding)}, AT)))


def test_ses_confirms_its_subscription() -> None:
    """By asking for the address in the signed message, if it is Amazon's."""
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return rig.certificate(url) if url == rig.CERTIFICATE_URL else b"<ok/>"

    webhook = SesWebhook(topic=rig.TOPIC, mail=HOW, fetch=fetch)
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"
    kind = {"Type": "SubscriptionConfirmation", "Token": "abc", "Message": "You have chosen…"}
    delivery = rig.sns({**kind, "SubscribeURL": url}, AT)
    webhook.verify(delivery)
    assert webhook.payloads(delivery) == []
    assert asked == [rig.CERTIFICATE_URL, url]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('{"notificationType": "Bounce"}', "of the kind 'Bounce'"),
        ('{"notificationType": "Received"}', "without the mail"),
        ("[]", "expected the JSON of an SES receipt"),
        ("nonsense", "expected the JSON of an SES receipt"),
    ],
)
def test_ses_says_why_there_is_no_mail(message: str, told: str) -> None:
    """In words for the operator."""
    webhook = SesWebhook(topic=rig.TOPIC, mail=HOW, fetch=rig.certificate)
    with pytest.raises(BadPayload, match=told):
        webhook.payloads(rig.sns({"Message": message}, AT))


def test_a_key_that_is_none_is_told() -> None:
    """With what to copy."""
    with pytest.raises(ConfigError, match="copy it as the security policy shows it"):
        read_key("abc", "channels.x.public_key")


# -------------------------------------------------------------------------------------------- forms


MULTIPART = "multipart/form-data; boundary=x"


def test_files_are_passed_over_and_parts_are_bounded() -> None:
    """Ten thousand attachments cost little; without end they are refused."""
    body, content_type = rig.form({"a": b"1"}, files=10_000)
    assert read_form(body, content_type) == {"a": b"1"}
    body, content_type = rig.form({"a": b"1"}, files=PARTS_MAX + 1)
    with pytest.raises(TooLarge, match="parts in the form"):
        read_form(body, content_type)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1", MULTIPART),
        (b"nothing", MULTIPART),
        (b"--x", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"", ""),
    ],
)
def test_half_a_form_is_refused(body: bytes, content_type: str) -> None:
    """So that no mail is taken in half."""
    with pytest.raises(BadPayload):
        read_form(body, content_type)


def test_nobody_adds_headers_by_a_line_end() -> None:
    """A value with a line end in it stays one value."""
    raw = rebuild([("Subject", "a\r\nFrom: e@example.org"), ("From", "ann@example.org")], "hi")
    assert raw.split(b"\r\n")[:2] == [
        b"Subject: a From: e@example.org",
        b"From: ann@example.org",
    ]


def test_html_is_taken_where_there_is_no_plain_text() -> None:
    """As from a whole mail."""
    assert b"text/html" in rebuild([("From", "a@b.c")], " ", "<p>hi</p>")


# ----------------------------------------------------------------------------------- real payloads


def test_real_posts_of_sendgrid_are_read(shared_data: Path) -> None:
    """Whole or in pieces, with attachments; public samples of the provider's own library."""
    folder = shared_data / "payloads" / "email-webhooks" / "sendgrid_inbound_parse" / "sample_data"
    webhook = SendGridWebhook(key=read_key(rig.public_key(), "key"), mail=HOW)
    read = []
    for path in sorted(folder.iterdir()):
        raw = b"\r\n".join(path.read_bytes().strip().splitlines()) + b"\r\n"
        headers = {"content-type": "multipart/form-data; boundary=xYzZY"}
        delivery = Delivery(headers=headers, query={}, raw=raw, at=AT)
        if not raw.startswith(b"--"):  # one of them was damaged in its own repository
            with pytest.raises(BadPayload):
                webhook.payloads(delivery)
            continue
        (message,) = webhook.parse(webhook.payloads(delivery)[0])
        read.append((message.customer, getattr(message, "text", "")))
    assert len(read) >= 3
    assert set(read) == {(("email:test@example.com",), "Hello Twilio SendGrid!")}


def test_real_posts_of_postmark_are_read(shared_data: Path) -> None:
    """With and without the raw mail."""
    folder = shared_data / "payloads" / "email-webhooks" / "anymail" / "test_files"
    webhook = PostmarkWebhook(user="postmark", password=SECRET, mail=HOW)
    for path in sorted(folder.glob("postmark-inbound*.json")):
        delivery = Delivery(headers={}, query={}, raw=path.read_bytes(), at=AT)
        (message,) = webhook.parse(webhook.payloads(delivery)[0])
        assert message.customer == ("email:support@postmarkapp.com",), path.name


def test_real_receipts_of_ses_say_why_there_is_no_mail(shared_data: Path) -> None:
    """Recorded ones, whose mails were left out or lie in S3: each is refused with its reason."""
    path = shared_data / "payloads" / "email-webhooks" / "anymail" / "payloads.jsonl"
    said = []
    for line in path.read_text().splitlines():
        told = json.loads(line)
        if told["name"] != "raw_ses_event" or "inbound" not in told["file"]:
            continue
        webhook = SesWebhook(topic=rig.TOPIC, mail=HOW, fetch=rig.certificate)
        delivery = rig.sns({"Message": json.dumps(told["payload"])}, AT)
        try:
            webhook.parse(webhook.payloads(delivery)[0])
        except InputError as error:
            said.append(error.reason[:34])
    assert "the receipt comes without the mail" in said
