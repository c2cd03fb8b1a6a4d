"""E-mail: the bytes of one mail (``.eml``, IMAP, LMTP) to one message.

===============  ==================================================================================
``id``           ``email:`` and the Message-ID without brackets; a digest of sender, date, subject
                 and text where there is none (two copies of one mail have one id)
``at``           the topmost ``Received`` of our own MX (setting ``own_hosts``), else the topmost
                 (flagged where ``own_hosts`` is set), else the sender's ``Date`` (flagged)
``direction``    outbound where ``From`` is ours. A mail from one of our own addresses to us with a
                 ``Reply-To`` elsewhere is a relayed form: inbound, from that address. Else
                 ``Reply-To`` is ignored: it is the sender's claim about somebody
``customer``     ``From`` (inbound) or the first recipient that is not ours (outbound): several
                 would be an assertion that they are one person, and a carrier or lawyer in copy
                 would join all customers to whom we write so; for a bounce the recipient that
                 failed (:mod:`pipeline.channels.bounces`); further the social account the writer
                 names as theirs
``thread``       the first of ``References``, else ``In-Reply-To``, else the mail itself; of a
                 bounce those of the mail that came back
``auto``         RFC 3834 and the signs in :func:`_is_automatic`; never X-Auto-Response-Suppress
===============  ==================================================================================

``extra["at_source"]`` (``received`` or ``date``) and ``extra["truncated"]`` are the flags.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from pipeline.channels.bounces import REPORTS, Bounce, is_mailer, read_bounce, report_type
from pipeline.channels.company import NOBODY, Company
from pipeline.channels.limits import DEFAULT_LIMITS, Limits
from pipeline.channels.mentions import (
    DEFAULT_REFS,
    RefPatterns,
    find_refs,
    find_stated_handles,
)
from pipeline.channels.mime import Mail, read_mail
from pipeline.channels.quoting import strip_quoted
from pipeline.domain.events import Direction, Event, Message
from pipeline.errors import BadPayload

_QUOTED_NAME: Final = re.compile(r'"(?:[^"\\]|\\.){0,1000}"(?!@)')
_COMMENT: Final = re.compile(r"\([^()]{0,1000}\)")
_ANGLE: Final = re.compile(r"<\s*([^<>\s,;]{1,320})\s*>")
_BARE: Final = re.compile(r"[^\s<>,;:()\[\]\"'@]{1,64}@[^\s<>,;:()\[\]\"'@]{1,255}")
_MESSAGE_ID: Final = re.compile(r"<\s*([^<>\s]{1,900})\s*>")
_BY_HOST: Final = re.compile(r"\bby\s+([\w.-]{1,255})", re.IGNORECASE)
_AUTO_SUBJECT: Final = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|"
    r"automatische antwort|abwesenheitsnotiz|abwesend:|réponse automatique|respuesta automática|"
    r"resposta automática|risposta automatica|automatisch antwoord|autosvar|odpowiedź automatyczna|"
    r"undeliver(?:ed|able)\b|mail delivery (?:failed|failure|status)|delivery status notification|"
    r"returned mail:|failure notice)",
    re.IGNORECASE,
)
_AUTO_PRESENT: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What reading mails depends on beside the mail.

    Args:
        company: tells our addresses from customers'.
        own_hosts: names of our mail exchangers as they sign ``Received: … by NAME``; subdomains
            count. Empty: the topmost ``Received`` is trusted.
        refs: what counts as a reference of an order or ticket.
        limits: bounds of size and number.
    """

    company: Company = NOBODY
    own_hosts: frozenset[str] = frozenset()
    refs: RefPatterns = DEFAULT_REFS
    limits: Limits = DEFAULT_LIMITS


DEFAULT_SETTINGS: Final = MailSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parties:
    direction: Direction
    customers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thread:
    """Event ids of the mails above, the oldest first, and of those that are answered."""

    parents: list[str]
    answered: list[str]


def parse(
    raw: bytes, settings: MailSettings = DEFAULT_SETTINGS, *, received_at: datetime | None = None
) -> list[Event]:
    """Read one mail.

    Args:
        raw: the mail as it came, headers first.
        settings: who we are, and the bounds.
        received_at: when we took it in; it is the event's ``received_at``, and its time where the
            mail has none of its own (IMAP's INTERNALDATE, the webhook's arrival).

    Raises:
        TooLarge: a limit was passed.
        BadPayload: not a mail, no time, no sender, or a mail among ourselves.
    """
    mail = read_mail(raw, settings.limits)
    at, flags = _when(mail, settings, received_at)
    auto = _is_automatic(mail, settings.company)
    bounce = _bounce(mail) if auto else None
    parties = _parties(mail, settings, bounce)
    body, cut = mail.text()
    own = strip_quoted(body)
    most = settings.limits.text_chars
    if cut or len(own) > most:
        flags["truncated"] = True
    answered = _ids(mail.header("In-Reply-To"))
    parents = _ids(mail.header("References"))
    if bounce is not None and bounce.message_id:
        answered, parents = _ids(bounce.message_id), _ids(bounce.references)
    thread = _Thread(parents=parents, answered=answered or parents[-1:])
    return [_message(mail, settings, (at, received_at), parties, thread, own[:most], flags, auto)]


def _message(
    mail: Mail,
    settings: MailSettings,
    times: tuple[datetime, datetime | None],
    parties: _Parties,
    thread: _Thread,
    text: str,
    flags: dict[str, Any],
    auto: bool,
) -> Message:
    subject = mail.header("Subject")[: settings.limits.subject_chars]
    event_id = _event_id(mail, subject, text)
    handles = () if auto or parties.direction == "outbound" else _handles(text, settings.company)
    return Message(
        id=event_id,
        at=times[0],
        received_at=times[1],
        customer=tuple(dict.fromkeys((*parties.customers, *handles))),
        channel="email",
        visibility="private",
        direction=parties.direction,
        text=text,
        subject=subject or None,
        thread=next(iter([*thread.parents, *thread.answered]), event_id),
        in_reply_to=thread.answered[0] if thread.answered else None,
        refs=find_refs(subject, text, settings.refs, settings.limits.refs),
        auto=auto,
        extra=flags,
    )


def _handles(text: str, company: Company) -> tuple[str, ...]:
    found = find_stated_handles(text)
    return tuple(name for name in found if not company.owns_handle(name.partition(":")[2]))


# ----------------------------------------------------------------------------------------- identity


def _ids(value: str) -> list[str]:
    """Event ids of the message ids in a header; some programs leave the brackets out."""
    found = _MESSAGE_ID.findall(value)
    if not found and value and "@" in value and " " not in value:
        found = [value]
    return ["email:" + message_id for message_id in found]


def _event_id(mail: Mail, subject: str, text: str) -> str:
    stated = _ids(mail.header("Message-ID"))
    if stated:
        return stated[0]
    parts = (mail.header("From"), mail.header("Date"), subject, text)
    return "email:sha256-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


# --------------------------------------------------------------------------------------------- time


def _when(
    mail: Mail, settings: MailSettings, received_at: datetime | None
) -> tuple[datetime, dict[str, Any]]:
    """When our MX took the mail in, and where that was learnt if not from our MX."""
    stamps = [(value, _moment(value.rpartition(";")[2])) for value in mail.headers("Received")]
    for value, moment in stamps:
        if moment and _is_own(value, settings.own_hosts):
            return moment, {}
    topmost = next((moment for _, moment in stamps if moment), None)
    if topmost:
        return topmost, {"at_source": "received"} if settings.own_hosts else {}
    date = _moment(mail.header("Date"))
    if date:
        return date, {"at_source": "date"}
    if received_at:
        return received_at, {"at_source": "arrival"}
    found = mail.header("Date") or "none"
    reason = (
        f"no usable time: no Received header with a date, and the Date header is {found[:80]!r}"
    )
    raise BadPayload(reason + "; export the mail with its full headers")


def _is_own(received: str, hosts: frozenset[str]) -> bool:
    found = _BY_HOST.search(received)
    host = found[1].lower().rstrip(".") if found else ""
    return any(host == own.lower() or host.endswith("." + own.lower()) for own in hosts)


def _moment(value: str) -> datetime | None:
    """A mail date as UTC; None for what no calendar has. Without a zone it is taken as UTC."""
    try:
        parsed = parsedate_to_datetime(value.strip()[:200])
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


# ------------------------------------------------------------------------------------------ parties


def _addresses(mail: Mail, *names: str) -> list[str]:
    """The addresses in these headers, lower-case, each once; display names are not looked at."""
    found: dict[str, None] = {}
    for name in names:
        for value in mail.headers(name):
            plain = _COMMENT.sub(" ", _QUOTED_NAME.sub(" ", value))
            for item in re.split(r"[,;]", plain):
                angle = _ANGLE.search(item)
                match = _BARE.fullmatch(angle[1]) if angle else _BARE.search(item)
                if match:
                    found[match[0].lower().strip(".'`")] = None
    return list(found)


def _senders(mail: Mail) -> list[str]:
    return _addresses(mail, "From") or _addresses(mail, "Sender", "Return-Path")


def _parties(mail: Mail, settings: MailSettings, bounce: Bounce | None) -> _Parties:
    owns = settings.company.owns_address
    senders = _senders(mail)
    if bounce is not None:
        for address in bounce.recipients:
            if not owns(address):
                return _Parties(direction="inbound", customers=("email:" + address,))
        raise BadPayload(
            "a bounce that does not tell which customer was not reached: it says nothing of a case"
        )
    if not senders:
        reason = f"no address of the sender: From is {mail.header('From')[:80]!r}"
        raise BadPayload(reason + "; nobody could be answered")
    if not owns(senders[0]):
        return _Parties(direction="inbound", customers=("email:" + senders[0],))
    return _from_us(mail, settings)


def _from_us(mail: Mail, settings: MailSettings) -> _Parties:
    owns = settings.company.owns_address
    outside = next((name for name in _addresses(mail, "To", "Cc", "Bcc") if not owns(name)), None)
    if outside is not None:
        return _Parties(direction="outbound", customers=("email:" + outside,))
    relayed = [name for name in _addresses(mail, "Reply-To") if not owns(name)]
    if relayed:
        return _Parties(direction="inbound", customers=("email:" + relayed[0],))
    reason = "a mail among our own addresses: no customer wrote it and none received it"
    raise BadPayload(reason + ". If that is wrong, correct the company's domains in the settings")


# ---------------------------------------------------------------------------------------- automatic


def _is_from_mailer(mail: Mail, *, automatic: bool) -> bool:
    """Whether a mail system is the sender; some leave their address out."""
    senders = _senders(mail)
    if senders:
        return is_mailer(senders[0], automatic=automatic)
    return "mailer-daemon" in mail.header("From").lower()


def _bounce(mail: Mail) -> Bounce | None:
    """What an automatic mail says as a bounce; None where it is another."""
    is_report = report_type(mail) in {"delivery-status", "feedback-report"}
    if is_report or mail.header("X-Failed-Recipients") or _is_from_mailer(mail, automatic=True):
        return read_bounce(mail)
    return None


def _is_automatic(mail: Mail, company: Company) -> bool:
    """Whether a program wrote the mail.

    ``Auto-Submitted`` other than ``no`` (RFC 3834 §5); reports of delivery, reading and abuse
    (RFC 3464, 8098, 5965); the empty return path (RFC 3834 §3.3); headers that only programs set.
    Softer signs, void where ``Auto-Submitted: no`` says that a person wrote: ``Precedence`` bulk,
    list or junk, ``List-Id``, and ``List-Unsubscribe`` (RFC 8058 asks it of campaigns) on a mail
    that answers none (some mail services put it below every reply of an agent), unless the list is
    ours (a shared inbox is often a mailing list, and puts these on every customer's mail); a
    subject that *begins* as automatic replies do.
    """
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} or report_type(mail) in REPORTS:
        return True
    if mail.header("X-Failed-Recipients") or _is_from_mailer(mail, automatic=False):
        return True
    if mail.header("Return-Path") == "<>" or any(map(mail.header, _AUTO_PRESENT)):
        return True
    if submitted == "no":
        return False
    return _is_bulk(mail, company) or bool(_AUTO_SUBJECT.match(mail.header("Subject")))


def _is_bulk(mail: Mail, company: Company) -> bool:
    listed = mail.header("List-Id")
    host = listed.rpartition("<")[2].rstrip("> ").lower()
    if listed and company.owns_host(host):
        return False
    if listed or (mail.header("List-Unsubscribe") and not mail.header("In-Reply-To")):
        return True
    return mail.header("Precedence").strip().lower() in _BULK
