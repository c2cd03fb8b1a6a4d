"""Mails to try the channels of e-mail with."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
BAD = (
    b"",
    b"\x00\x01\x02",
    b"no header at all",
    b"Subject: nobody\r\nDate: Mon, 2 Nov 2026 09:00:00 +0000\r\n\r\nWho wrote this?\r\n",
)


def make(number: int) -> bytes:
    """Return the n-th mail of a customer."""
    at = format_datetime(START + timedelta(minutes=number))
    return (
        f"Received: from a.example by mx.acme.example; {at}\r\n"
        f"From: Ann <ann{number % 3}@example.org>\r\nTo: help@acme.example\r\n"
        f"Message-ID: <m{number}@example.org>\r\nDate: {at}\r\n"
        f"Subject: Order #{1000 + number}\r\n\r\nStill no parcel, for the {number}. time.\r\n"
    ).encode()


def reply(number: int) -> bytes:
    """Return the company's answer to the n-th mail."""
    at = format_datetime(START + timedelta(minutes=number, hours=2))
    return (
        f"From: help@acme.example\r\nTo: ann{number % 3}@example.org\r\nDate: {at}\r\n"
        f"Message-ID: <r{number}@acme.example>\r\nIn-Reply-To: <m{number}@example.org>\r\n"
        f"References: <m{number}@example.org>\r\nSubject: Re: Order\r\n\r\nWe look into it.\r\n"
    ).encode()
