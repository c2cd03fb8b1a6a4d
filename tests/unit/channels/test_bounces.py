"""Bounces of all shapes: who was not reached, and which mail came back."""

import pytest

from pipeline.channels.company import Company
from pipeline.channels.mail import MailSettings, parse
from pipeline.domain.events import Message
from pipeline.errors import BadPayload

HOW = MailSettings(company=Company(domains=frozenset({"acme.example"})))
RETURNED = (
    "From: help@acme.example\nTo: Ann <ann@example.org>\nSubject: Re: my parcel\n"
    "Message-ID: <r1@acme.example>\nReferences: <m1@example.org>\n"
)
QMAIL = (
    "Hi. This is the qmail-send program at mx.example.org.\n\n<ann@example.org>:\n"
    "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy.\n\n"
)


def bounce(body: str, sender: str = "MAILER-DAEMON@mx.example.org", more: str = "") -> Message:
    head = f"From: {sender}\nTo: help@acme.example\nDate: Mon, 16 Nov 2026 01:02:03 +0000\n"
    (found,) = parse(f"{head}Subject: failure notice\n{more}\n{body}".encode(), HOW)
    assert isinstance(found, Message)
    return found


def report(kind: str, part: str) -> tuple[str, str]:
    """Return headers and body of a report with these two parts."""
    head = 'MIME-Version: 1.0\nContent-Type: multipart/report; boundary="x"; report-type='
    body = f"--x\n\nIt did not arrive.\n--x\n{part}\n--x\nContent-Type: message/rfc822\n\n"
    return f"{head}{kind}\n", f"{body}{RETURNED}\nWe look into it.\n--x--\n"


def assert_anns(found: Message) -> None:
    """It is Ann's, in the thread of her complaint, and no person wrote it."""
    assert found.customer == ("email:ann@example.org",)
    assert found.in_reply_to == "email:r1@acme.example"
    assert found.thread == "email:m1@example.org"
    assert (found.auto, found.direction) == (True, "inbound")


def test_a_report_by_the_standard() -> None:
    """RFC 3464: the machine-readable part says who, the returned mail which."""
    status = "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ann@example.org\n"
    head, body = report("delivery-status", status)
    assert_anns(bounce(body, more=head))


def test_a_complaint_by_a_provider() -> None:
    """RFC 5965: a customer called our mail spam; the returned mail says who."""
    head, body = report("feedback-report", "Content-Type: message/feedback-report\n\nVersion: 1\n")
    assert_anns(bounce(body, sender="fbl@provider.example", more=head))


@pytest.mark.parametrize("quote", ["", "> "])
def test_returned_headers_in_the_text(quote: str) -> None:
    """As mail systems wrote before the standard, quoted or not."""
    lines = "\n".join(quote + line for line in RETURNED.splitlines())
    assert_anns(bounce(f"Your mail could not be delivered.\n\n{lines}\n\nbody"))


def test_qmail_names_the_recipient_on_a_line() -> None:
    """Which goes before the returned To."""
    assert_anns(bounce(QMAIL + RETURNED.replace("Ann <ann@example.org>", "list@example.org")))


def test_a_mail_system_without_an_address() -> None:
    """Some write only their name."""
    assert_anns(bounce(QMAIL + RETURNED, sender="MAILER-DAEMON <>"))


def test_a_bounce_that_names_nobody_is_refused() -> None:
    """The mail system is no customer: all who were ever not reached would be one person."""
    with pytest.raises(BadPayload, match="which customer was not reached"):
        bounce("Something went wrong.")


def test_a_postmaster_who_writes_is_a_person() -> None:
    """Without the signs of a program it is somebody's complaint."""
    head = "From: postmaster@example.org\nTo: help@acme.example\nSubject: Your newsletter\n"
    raw = f"{head}Date: Mon, 16 Nov 2026 01:02:03 +0000\n\nPlease stop it."
    (found,) = parse(raw.encode(), HOW)
    assert isinstance(found, Message)
    assert (found.customer, found.auto) == (("email:postmaster@example.org",), False)
