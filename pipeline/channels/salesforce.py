"""Salesforce by export: rows of Case, EmailMessage, CaseComment, history, Contact.

Each row is read by itself, in any order. A row names its case, and the case is an identifier of
its customer; the rows of Case and Contact say who that is.

================  =================================================================================
payload           ``{"object": "CaseComment", "row": {COLUMN: TEXT}, "user": {…}, "mails": true}``:
                  ``user`` is who created the row, if the export has User; ``mails``, whether it
                  has EmailMessage
Case              the description is the customer's first message (what began as an e-mail comes as
                  EmailMessage where the export has it); closed by ClosedDate
EmailMessage      both ways by ``Incoming``; drafts are none
CaseComment       published ones alone; outbound unless a portal user wrote it
CaseHistory       changes of ``Status`` are states
Contact           number, address and telephone numbers are one person
merges            ``MasterRecordId``: joins both cases; the merged one's closing is no claim
``id``            ``salesforce:`` and the record's id of 18 characters
``customer``      ``salesforce:CASE``, with the contact and the addresses that the row names
``refs``          ``case:NUMBER``, as customers and subjects of mails write it
================  =================================================================================
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from pipeline.channels.identifiers import phone
from pipeline.channels.mail import MailSettings
from pipeline.channels.markup import html_to_text
from pipeline.channels.mentions import normalise_ref
from pipeline.channels.posts import build_message
from pipeline.channels.quoting import strip_quoted
from pipeline.channels.told import millis, read_object, word
from pipeline.domain.events import Event, Identity, Message, Status, StatusName
from pipeline.errors import BadPayload

STATES: Final[Mapping[str, StatusName]] = MappingProxyType({
    "new": "open", "open": "open", "working": "open", "in progress": "open", "escalated": "open",
    "on hold": "pending", "pending": "pending", "waiting on customer": "pending",
    "waiting for customer": "pending", "solved": "solved", "resolved": "solved",
    "closed": "closed",
})  # fmt: skip
"""The picklist as Salesforce ships it, and what is common beside; in lower case."""
_ORIGINS: Final = {
    "email": "email", "e-mail": "email", "web": "web_form", "phone": "phone", "chat": "chat",
    "facebook": "facebook", "twitter": "x", "sms": "sms", "whatsapp": "whatsapp",
}  # fmt: skip
_PORTAL: Final = frozenset({
    "csplliteportal", "csplightportal", "cspliteportal", "customersuccess",
    "powercustomersuccess", "guest",
})  # fmt: skip
"""Types of user that are customers."""
_DRAFT: Final = frozenset({"5", "draft"})
_ID: Final = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CASE: Final = "500"
"""With which the ids of cases begin."""
_ADDRESS: Final = re.compile(r"[^\s<>,;\"]{1,64}@[^\s<>,;\"]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """How one organisation's export is read.

    Attributes:
        house: who we are, and the bounds.
        states: what its picklist of states means beside `STATES`; by its words in lower case.
    """

    house: MailSettings
    states: Mapping[str, StatusName] = field(default_factory=dict, hash=False)


def parse(raw: bytes, org: Org) -> list[Event]:
    """Read one row.

    Raises:
        BadPayload: it is none of Salesforce; a row that could not be read says why.
    """
    told = read_object(raw, "a row of Salesforce's export")
    if "broken" in told:
        raise BadPayload(word(told, "broken") or "a row that cannot be read")
    read = _READERS.get(word(told, "object"))
    values = told.get("row")
    if read is None or not isinstance(values, dict):
        known = ", ".join(sorted(_READERS))
        raise BadPayload(f"object: expected one of {known}, found {told.get('object')!r:.40}")
    row = _Row(values, told, org)
    return [] if row.flag("isdeleted") and not row.get("masterrecordid") else list(read(row))


class _Row:
    """One row: its columns in any case, and what was found beside it."""

    def __init__(self, values: Mapping[str, Any], told: Mapping[str, Any], org: Org) -> None:
        self._values = {str(key).strip().lower(): str(value) for key, value in values.items()}
        self.told, self.org = told, org

    def get(self, column: str) -> str:
        return self._values.get(column, "").strip()

    def flag(self, column: str) -> bool:
        return self.get(column).lower() in {"1", "true"}

    def key(self, column: str) -> str:
        """Return an id of 18 characters; empty where there is none.

        Raises:
            BadPayload: what stands there is no id.
        """
        found = self.get(column)
        if found and not _ID.fullmatch(found):
            raise BadPayload(f"{column}: expected an id of Salesforce, found {found!r:.40}")
        return long_id(found) if found else ""

    def need(self, column: str) -> str:
        found = self.key(column)
        if not found:
            raise BadPayload(f"{column}: expected an id of Salesforce, found nothing")
        return found

    def moment(self, *columns: str) -> datetime:
        """Return the time in the first of the columns that holds one.

        Raises:
            BadPayload: none does, or it is written as people write it.
        """
        told = next((self.get(one) for one in columns if self.get(one)), "")
        try:
            at = datetime.fromisoformat(told)
        except ValueError:
            raise BadPayload(
                f"{columns[0]}: expected a time such as '2026-11-02 09:00:00', found {told!r:.40}; "
                "export by Data Export or Data Loader: reports write times as their reader likes"
            ) from None
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)

    def version(self, written: datetime) -> int:
        """Return a version: who changed the row later has the higher one."""
        told = self.get("lastmodifieddate")
        at = self.moment("lastmodifieddate") if told else written
        return millis(at) if at > written else 0

    def message(self, *, text: str, **fields: Any) -> Message:
        return build_message(
            visibility="private",
            text=strip_quoted(text[: self.org.house.limits.html_chars]),
            house=self.org.house,
            **fields,
        )


def _case(row: _Row) -> Iterator[Event]:
    key, at = row.need("id"), row.moment("createddate")
    thread, master = f"salesforce:{key}", row.key("masterrecordid")
    number = row.get("casenumber")
    refs = (normalise_ref("case", number),) if number else ()
    origin = row.get("origin").lower()
    customer = _customers(row, key)
    if master:
        yield Status(
            id=f"{thread}/merged",
            at=row.moment("lastmodifieddate", "createddate"),
            customer=(_name(key), _name(master)),
            status="open",
            thread=f"salesforce:{master}",
            refs=refs,
        )
    is_told = bool(row.get("description")) and not (
        _ORIGINS.get(origin) == "email" and row.told.get("mails") is True
    )
    if is_told:
        yield row.message(
            id=thread,
            at=at,
            version=row.version(at),
            customer=customer,
            channel=_ORIGINS.get(origin, "helpdesk"),
            direction="inbound",
            text=row.get("description"),
            subject=row.get("subject"),
            thread=thread,
            refs=refs,
        )
    elif len(customer) > 1:
        yield _same(customer, thread, at)
    if row.get("closeddate") and not master:
        yield _state(key, "closed", row.moment("closeddate"))


def _customers(row: _Row, case: str) -> tuple[str, ...]:
    """Return the case, its contact, and the addresses that were given with it."""
    contact = row.key("contactid")
    names = [_name(case)] + ([_name(contact)] if contact else [])
    mails = [row.get(one).lower() for one in ("suppliedemail", "contactemail")]
    phones = [phone(row.get(one)) for one in ("suppliedphone", "contactphone", "contactmobile")]
    names += [f"email:{one}" for one in mails if _is_theirs(one, row)]
    return tuple(dict.fromkeys([*names, *(one for one in phones if one)]))


def _is_theirs(mail: str, row: _Row) -> bool:
    return _ADDRESS.fullmatch(mail) is not None and not row.org.house.company.owns_address(mail)


def _mail(row: _Row) -> Iterator[Event]:
    case = row.get("parentid")
    if not case.startswith(_CASE) or row.get("status").lower() in _DRAFT:
        return
    case, is_theirs = row.need("parentid"), row.flag("incoming")
    sides = _ADDRESS.findall(row.get("fromaddress" if is_theirs else "toaddress").lower())
    others = [one for one in sides if not row.org.house.company.owns_address(one)]
    text = row.get("textbody") or html_to_text(
        row.get("htmlbody")[: row.org.house.limits.html_chars]
    )
    answered = row.key("replytoemailmessageid")
    yield row.message(
        id=_name(row.need("id")),
        at=row.moment("messagedate", "createddate"),
        customer=(_name(case), *(f"email:{one}" for one in others[:1])),
        channel="email",
        direction="inbound" if is_theirs else "outbound",
        text=text,
        subject=row.get("subject"),
        thread=f"salesforce:{case}",
        in_reply_to=_name(answered) if answered else None,
        auto=row.flag("isautomatedemail"),
    )


def _comment(row: _Row) -> Iterator[Event]:
    if not row.flag("ispublished"):
        return
    case, at = row.need("parentid"), row.moment("createddate")
    kind = word(row.told, "user.UserType").lower()
    yield row.message(
        id=_name(row.need("id")),
        at=at,
        version=row.version(at),
        customer=(_name(case),),
        channel="helpdesk",
        direction="inbound" if kind in _PORTAL else "outbound",
        text=row.get("commentbody"),
        thread=f"salesforce:{case}",
    )


def _history(row: _Row) -> Iterator[Event]:
    if row.get("field").lower() != "status":
        return
    after, before = (_meaning(row.get(one), row.org) for one in ("newvalue", "oldvalue"))
    if after is None:
        return
    is_again = after == "open" and before in {"solved", "closed"}
    name: StatusName = "reopened" if is_again else after
    yield _state(row.need("caseid"), name, row.moment("createddate"))


def _meaning(told: str, org: Org) -> StatusName | None:
    plain = told.lower()
    return org.states.get(plain) or STATES.get(plain)


def _contact(row: _Row) -> Iterator[Event]:
    key, mail = row.need("id"), row.get("email").lower()
    phones = [phone(row.get(one)) for one in ("phone", "mobilephone", "homephone")]
    names = [_name(key), *([f"email:{mail}"] if _is_theirs(mail, row) else [])]
    names = list(dict.fromkeys([*names, *(one for one in phones if one)]))
    if len(names) > 1:
        yield _same(tuple(names), names[0], row.moment("createddate"))


def _same(names: tuple[str, ...], who: str, at: datetime) -> Identity:
    mark = sha256(" ".join(names).encode()).hexdigest()[:12]
    return Identity(id=f"{who}/is/{mark}", at=at, same=names, evidence="salesforce")


def _state(case: str, name: StatusName, at: datetime) -> Status:
    return Status(
        id=f"salesforce:{case}/{name}@{int(at.timestamp())}",
        at=at.replace(microsecond=0),
        customer=(_name(case),),
        status=name,
        thread=f"salesforce:{case}",
    )


def _name(key: str) -> str:
    return f"salesforce:{key.lower()}"


def long_id(key: str) -> str:
    """Return the id of 18 characters of one of 15: three that tell upper from lower case.

    Identifiers are kept in lower case, in which two ids of 15 may be alike.
    """
    if len(key) != 15:
        return key
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    parts = (key[start : start + 5] for start in (0, 5, 10))
    return key + "".join(
        letters[sum(1 << place for place, one in enumerate(part) if one.isupper())]
        for part in parts
    )


_READERS: Final = {
    "Case": _case,
    "EmailMessage": _mail,
    "CaseComment": _comment,
    "CaseHistory": _history,
    "Contact": _contact,
}
