"""The web form: validated fields to one private message.

Pure: the gateway decodes the request, and hands in the time and an id of its own. What is wrong is
told field by field, in words for the person at the form (RFC 9457 problem details).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline.channels.limits import DEFAULT_LIMITS, Limits
from pipeline.channels.mentions import normalise_ref
from pipeline.channels.mime import clean
from pipeline.domain.events import TOPICS, Message
from pipeline.errors import BadPayload

FIELDS: Final = (
    "name", "email", "phone", "handle", "order", "subject", "text", "topic", "consent",
    "idempotency_key",
)  # fmt: skip
HONEYPOT: Final = "website"
"""A field that people do not see; a program that fills in everything gives itself away."""

_EMAIL: Final = re.compile(r"[^\s@<>,;:()\[\]\"\\]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_HANDLE: Final = re.compile(r"[a-z0-9_]{1,30}", re.ASCII)
_ORDER: Final = re.compile(r"(?=.*\d)[a-z0-9][a-z0-9 ./-]{0,39}", re.ASCII)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,100}", re.ASCII)
_YES_NO: Final = {"true": True, "on": True, "yes": True, "1": True, "": False, "false": False,
                  "off": False, "no": False, "0": False}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one field, and what to do."""

    field: str
    detail: str


class BadForm(BadPayload):
    """Fields are missing or wrong; ``errors`` says for each what to do."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.detail}" for error in errors))
        self.errors = errors


class FilledByProgram(BadForm):
    """The hidden field was filled in: form spam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRules:
    """What this company asks of a form.

    Args:
        calling_code: the country code, such as ``49``, for numbers given without one.
        consent_required: whether the box must be ticked.
        topics: the closed list of topics.
        limits: bounds of size.
    """

    calling_code: str | None = None
    consent_required: bool = False
    topics: tuple[str, ...] = TOPICS
    limits: Limits = DEFAULT_LIMITS


DEFAULT_RULES: Final = FormRules()


def fields_of_json(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """Decode the body of a JSON request.

    Raises:
        TooLarge: more than ``form_bytes``.
        BadPayload: not a JSON object in UTF-8.
    """
    limits.check("form_bytes", len(raw), "bytes of form")
    try:
        found = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        reason = f"expected a JSON object in UTF-8: {str(error)[:200]}"
        raise BadPayload(reason) from error
    if not isinstance(found, dict):
        raise BadPayload(f"expected a JSON object with fields, found {type(found).__name__}")
    return found


def parse(
    fields: Mapping[str, Any], *, at: datetime, new_id: str, rules: FormRules = DEFAULT_RULES
) -> list[Message]:
    """Read a complaint from the form.

    Args:
        fields: by name, as :data:`FIELDS`; unknown ones are passed over.
        at: when the form was received (our own clock is the source here).
        new_id: used where the form has no ``idempotency_key``.
        rules: what the company asks.

    Returns:
        One message ``form:<idempotency key or new_id>``.

    Raises:
        FilledByProgram: the honeypot was filled in.
        BadForm: fields are missing or wrong.
        TooLarge: more than ``form_fields`` fields.
    """
    rules.limits.check("form_fields", len(fields), "fields in the form")
    if str(fields.get(HONEYPOT) or "").strip():
        raise FilledByProgram((FieldError(field=HONEYPOT, detail="leave this field empty"),))
    form = _Form(fields, rules)
    message = form.message(at, new_id)
    if form.errors:
        raise BadForm(tuple(form.errors))
    return [message]


class _Form:
    """Reads field after field and gathers what is wrong, so that all of it is told at once."""

    def __init__(self, fields: Mapping[str, Any], rules: FormRules) -> None:
        self._fields, self._rules = fields, rules
        self.errors: list[FieldError] = []

    def message(self, at: datetime, new_id: str) -> Message:
        """The message, of no use where ``errors`` is not empty afterwards."""
        text, name = self._text(), self._field("name")
        consent = self._consent()
        key = self._matching("idempotency_key", _KEY, "use 8 to 100 letters, digits, - or _", str)
        order = self._matching("order", _ORDER, "write the order number, such as AB-12345", _plain)
        return Message(
            id="form:" + (key or new_id),
            at=at,
            customer=self._customer(),
            channel="web_form",
            visibility="private",
            direction="inbound",
            text=text,
            subject=self._field("subject") or None,
            refs=(normalise_ref("order", order.replace(" ", "")),) if order else (),
            topic=self._topic(),
            extra={**({"name": name} if name else {}), **({"consent": True} if consent else {})},
        )

    def _wrong(self, field: str, detail: str) -> str:
        self.errors.append(FieldError(field=field, detail=detail))
        return ""

    def _field(self, name: str, most: int | None = None) -> str:
        """The field as clean, trimmed text; empty where absent or wrong."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | int | float) and name != "text":
            value = str(value)
        if not isinstance(value, str):
            return self._wrong(name, f"expected text, found {type(value).__name__}")
        bound = most or self._rules.limits.form_field_chars
        if len(value) > bound:
            return self._wrong(name, f"shorten it to {bound:,} characters (it has {len(value):,})")
        return clean(value.replace("\r\n", "\n")).strip()

    def _matching(self, name: str, pattern: re.Pattern[str], detail: str, tidy: Any) -> str:
        value = str(tidy(self._field(name)))
        if value and not pattern.fullmatch(value):
            return self._wrong(name, detail)
        return value

    def _text(self) -> str:
        known = len(self.errors)
        text = self._field("text", self._rules.limits.form_text_chars)
        if not text and len(self.errors) == known:
            self._wrong("text", "say what went wrong")
        return text

    def _customer(self) -> tuple[str, ...]:
        known = len(self.errors)
        email = self._matching("email", _EMAIL, "write it like name@example.org", str.lower)
        phone = self._phone()
        handle = self._matching("handle", _HANDLE, "write your account, such as @name", _plain)
        if not email and not phone and len(self.errors) == known:
            self._wrong("email", "give an e-mail address or a phone number: how can we answer?")
        named = (("email", email), ("phone", phone), ("x", handle))
        return tuple(f"{scheme}:{value}" for scheme, value in named if value)

    def _phone(self) -> str:
        value = re.sub(r"[\s()./-]", "", self._field("phone").replace("(0)", ""))
        if value.startswith("00"):
            value = "+" + value[2:]
        code = self._rules.calling_code
        if value and not value.startswith("+") and code:
            value = f"+{code.lstrip('+')}{value.removeprefix('0')}"
        if value and not _PHONE.fullmatch(value):
            return self._wrong("phone", "write it with the country code, such as +44 20 7946 0018")
        return value

    def _topic(self) -> str | None:
        topic = self._field("topic").lower()
        if topic and topic not in self._rules.topics:
            self._wrong("topic", f"choose one of: {', '.join(self._rules.topics)}")
        return topic or None

    def _consent(self) -> bool:
        given = _YES_NO.get(self._field("consent").lower())
        if given is None:
            self._wrong("consent", "expected true or false")
        elif self._rules.consent_required and not given:
            self._wrong("consent", "please agree, so that we may work on your complaint")
        return bool(given)


def _plain(value: str) -> str:
    return value.strip().lstrip("@#").strip().lower()
