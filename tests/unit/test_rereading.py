"""What was bad is read again as what it came in as: a line, a mail, a form of any kind."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.config import CompanySettings, Settings
from pipeline.errors import InputError
from pipeline.rereading import build_reread

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LINE = (
    b'{"id":"x:1","kind":"message","at":"2026-11-16T09:30:00Z","customer":["x:ada"],'
    b'"channel":"x","visibility":"public","direction":"inbound","text":"Three weeks!"}'
)
MAIL = (
    b"Date: Mon, 16 Nov 2026 09:30:00 +0000\r\nFrom: Ada <ada@example.org>\r\n"
    b"To: help@acme.example\r\nMessage-ID: <1@example.org>\r\nSubject: Refund\r\n\r\n"
    b"Where is my refund?\r\n"
)
PARTS = (
    b'--XyZ\r\nContent-Disposition: form-data; name="text"\r\n\r\nWhere is my refund?\r\n'
    b'--XyZ\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@example.org\r\n--XyZ--\r\n'
)
REREAD = build_reread(Settings(company=CompanySettings(domains=("acme.example",))))


def events(origin: str, raw: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in REREAD(origin, raw, AT)]


def test_a_line_stays_as_it_came() -> None:
    """Byte for byte, so that the log does not hold it twice."""
    assert REREAD("POST /v1/events line 3", LINE, AT) == [LINE]
    assert REREAD("ccm-events[3]@17", LINE, AT) == [LINE]


def test_an_object_over_several_lines_becomes_one() -> None:
    """The log holds one line an event."""
    (line,) = REREAD("POST /v1/events", json.dumps(json.loads(LINE), indent=2).encode(), AT)
    assert b"\n" not in line
    assert json.loads(line)["id"] == "x:1"


@pytest.mark.parametrize("origin", ["POST /v1/mail mail", "file", "imap:support"])
def test_a_mail_is_read_as_a_mail(origin: str) -> None:
    """Whatever way it came in."""
    (event,) = events(origin, MAIL)
    assert event["customer"] == ["email:ada@example.org"]
    assert event["text"] == "Where is my refund?"


@pytest.mark.parametrize(
    "raw",
    [
        b"text=Where+is+my+refund%3F&email=ada%40example.org",
        b'{"text": "Where is my refund?", "email": "ada@example.org"}',
        PARTS,
    ],
)
def test_a_form_is_read_as_a_form(raw: bytes) -> None:
    """It was sent when it came, not now; tried twice, it is the same complaint."""
    (event,) = events("POST /v1/complaints form", raw)
    assert event["customer"] == ["email:ada@example.org"]
    assert event["text"] == "Where is my refund?"
    assert str(event["at"]).startswith("2026-11-20T08:00:00")
    assert events("POST /v1/complaints form", raw) == [event]


@pytest.mark.parametrize(
    ("origin", "raw"),
    [
        ("POST /v1/events line 1", b"this is no JSON"),
        ("POST /v1/complaints form", b"email=ada%40example.org"),
        ("POST /v1/complaints website", b"text=Buy&email=a%40b.org&website=http%3A%2F%2Fspam"),
        ("POST /v1/complaints form", b"\xff\xfe"),
        ("POST /v1/complaints form", b"--\r\n"),
        ("POST /v1/mail mail", b""),
        ("ccm-events[3]@17", b""),
    ],
)
def test_what_is_still_bad_says_why(origin: str, raw: bytes) -> None:
    """A robot's form too: it stays where it is."""
    with pytest.raises(InputError) as found:
        REREAD(origin, raw, AT)
    assert found.value.reason
