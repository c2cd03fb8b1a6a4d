"""Mails that a mail system wrote because another mail did not arrive (RFC 3464, and before it).

A bounce belongs to the customer who was not reached, and to the thread of the mail that came back:
both stand in it, in its machine-readable part, in the returned mail that is attached, or in the
returned headers that are quoted in its text. The mail system itself is nobody's customer: whoever
took ``mailer-daemon`` for one would make one person of all who were ever not reached.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as Part
from email.utils import getaddresses
from typing import Final

from pipeline.channels.mime import Mail, ask

REPORTS: Final = frozenset({"delivery-status", "disposition-notification", "feedback-report"})
RECIPIENTS_MAX: Final = 20
_MAILERS: Final = frozenset({"mailer-daemon", "mailerdaemon", "mail-daemon", "double-bounce"})
_FAILED: Final = re.compile(
    r"^(?:Final|Original)-Recipient:[^;\n]{0,40};\s*(\S{3,320})", re.IGNORECASE | re.MULTILINE
)
_ADDRESS: Final = re.compile(r"[^\s<>,;:()\[\]\"'@]{1,64}@[^\s<>,;:()\[\]\"'@]{1,255}")
_RETURNED: Final = re.compile(
    r"^[ \t>]{0,4}(?:To|Message-ID|References)[ \t]?:[ \t]*"
    r"(?:<?[^\s<>@]{1,500}@|\"|[^\s:]+[^\n:]{0,80}<)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}[ \t]?:[ \t]|[ \t]+\S")
_QMAIL: Final = re.compile(r"^<([^\s<>@]{1,64}@[^\s<>@]{1,255})>:?[ \t]*$", re.MULTILINE)
_HEAD_LINES_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a bounce says.

    Attributes:
        recipients: who was not reached, the likeliest first.
        message_id: of the mail that came back, with its brackets; empty where it is not told.
        references: of that mail, as they stand in it.
    """

    recipients: tuple[str, ...]
    message_id: str
    references: str


def report_type(mail: Mail) -> str:
    """Return of which kind a report is (RFC 6522); empty where the mail is none."""
    if mail.root.get_content_type() != "multipart/report":
        return ""
    found = ask(lambda: mail.root.get_param("report-type"), None)
    return str(found or "delivery-status").lower()


def is_mailer(address: str, *, automatic: bool) -> bool:
    """Return whether an address is a mail system's: a postmaster may be a person, who may write."""
    local = address.partition("@")[0].lower()
    return local in _MAILERS or (automatic and local in {"postmaster", "post_master"})


def read_bounce(mail: Mail) -> Bounce:
    """Return what a mail says as a bounce, which it need not be.

    The recipients are those of the machine-readable part, else of the returned mail's ``To``.
    """
    stated = [*_addresses(mail.header("X-Failed-Recipients")), *_of_report(mail)]
    returned = next(_returned(mail), None)
    text = "" if stated else mail.text()[0]
    recipients = stated or _QMAIL.findall(text)
    if not recipients and returned is not None:
        recipients = _addresses(str(returned.get("To", "")))
    unique = dict.fromkeys(one.lower().strip(".'`") for one in recipients)
    return Bounce(
        recipients=tuple(unique)[:RECIPIENTS_MAX],
        message_id="" if returned is None else str(returned.get("Message-ID", "")),
        references="" if returned is None else str(returned.get("References", "")),
    )


def _of_report(mail: Mail) -> list[str]:
    if report_type(mail) not in {"delivery-status", "feedback-report"}:
        return []
    for part in mail.root.walk():
        if part.get_content_type() in {"message/delivery-status", "message/feedback-report"}:
            status = ask(part.as_string, "")[: mail.limits.header_bytes]
            return [one for told in _FAILED.findall(status) for one in _addresses(told)]
    return []


def _returned(mail: Mail) -> Iterator["Part[str, str]"]:
    """Yield the mail that came back, or its headers: attached, or quoted in the text."""
    for part in mail.root.walk():
        kind = part.get_content_type()
        payload = part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and payload:
            if isinstance(payload[0], Part):
                yield payload[0]
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"} and isinstance(payload, str):
            yield _headers(payload.lstrip()[: mail.limits.header_bytes])
    text = mail.text()[0]
    found = _RETURNED.search(text)
    if found is not None:
        yield _headers(_block_around(text, found.start()))


def _block_around(text: str, position: int) -> str:
    """Return the lines around a position that look like headers."""
    before = text[:position].split("\n")[-_HEAD_LINES_MAX:]
    after = text[position:].split("\n", _HEAD_LINES_MAX)[:_HEAD_LINES_MAX]
    lines: list[str] = []
    for line in reversed(before[:-1]):
        if not _HEADER.match(line.lstrip("> ")):
            break
        lines.insert(0, line)
    for line in after:
        if not _HEADER.match(line.lstrip(">")):
            break
        lines.append(line)
    return "\n".join(line.lstrip("> ") if ":" in line else line for line in lines)


def _headers(block: str) -> "Part[str, str]":
    return message_from_string(block + "\n\n")


def _addresses(value: str) -> list[str]:
    """Return the addresses of a header or of a piece of one."""
    plain = [address for _, address in getaddresses([value[:10_000]]) if "@" in address]
    found = [_ADDRESS.search(one) for one in (plain or [value])]
    return [one[0] for one in found if one is not None]
