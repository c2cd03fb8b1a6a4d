"""Mapping files: how a helpdesk's own JSON becomes events, told in TOML instead of code.

::

    each = "events"                        # where the things are in a delivery; left out: it is one
    otherwise = "ignore"                   # what no rule fits; else it is a dead letter

    [[event]]
    when = { type = "reply", "author.kind" = ["customer", "contact"] }
    kind = "message"                       # message, status, identity or feedback
    id = "desk:{$channel}/{reply.id}"      # {a.b.0} leads into the JSON
    at = "{reply.created_at}"              # ISO 8601, or seconds or milliseconds since 1970
    customer = ["email:{author.email}", "phone:{author.phone}"]   # those that are there
    direction = "inbound"
    channel = "email"
    visibility = "private"
    text = ["{reply.text}", "{reply.html|html|reply}", ""]        # the first that is there
    status = "{ticket.state|map:states}"

    [map.states]
    done = "solved"

Every rule that fits gives an event. A value is a text with ``{paths}`` in it; alone in its text, a
path keeps its type. ``|html`` makes visible text of markup, ``|reply`` leaves quoted mails and
signatures out, ``|lower`` and ``|map:NAME`` do as they say, ``|millis`` makes a version of a time,
``|seconds`` cuts a time to its second. What a rule makes is an event of the interchange format and
checked as such.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import msgspec

from pipeline.channels.identifiers import phone
from pipeline.channels.mail import MailSettings
from pipeline.channels.markup import html_to_text
from pipeline.channels.mime import clean
from pipeline.channels.posts import build_message
from pipeline.channels.quoting import strip_quoted
from pipeline.channels.told import as_moment, find, millis, read_object
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload, ConfigError, TooLarge
from pipeline.wire import decode_event

RULES_MAX: Final = 100
ITEMS_MAX: Final = 1_000
KEYS: Final = frozenset({
    "kind", "id", "at", "version", "received_at", "customer", "channel", "visibility", "direction",
    "text", "subject", "lang", "thread", "in_reply_to", "refs", "auto", "reach", "deleted",
    "status", "same", "evidence", "resolved", "score", "topic", "team",
})  # fmt: skip
_LISTS: Final = frozenset({"customer", "refs", "same"})
_TYPED: Final = frozenset({"version", "auto", "reach", "deleted", "resolved", "score"})
_PATH: Final = re.compile(r"\{([^{}|]{1,200})((?:\|[a-z]+(?::[\w-]+)?){0,5})\}")
_FILTERS: Final = frozenset({"html", "reply", "lower", "map", "millis", "seconds"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text with paths in it.

    Attributes:
        pieces: in turn a literal, a path, its filters, a literal, …
    """

    pieces: tuple[str, ...]

    def fill(self, told: Any, book: "Book") -> Any:
        """Return the text; None where a path leads nowhere."""
        parts: list[Any] = []
        for literal, path, filters in zip(*(iter(self.pieces[:-1]),) * 3, strict=True):
            value = book.known(path) if path.startswith("$") else find(told, path)
            for name in filters.split("|")[1:]:
                value = None if value is None else book.applied(name, value)
            if value is None or isinstance(value, dict | list):
                return None
            if value == "" and len(self.pieces) + len("".join(self.pieces[::3])) > 4:
                return None  # a part of something that is not there
            parts += [literal, value]
        parts.append(self.pieces[-1])
        present = [one for one in parts if one != ""]
        if len(present) == 1 and not isinstance(present[0], str):
            return present[0]
        return "".join(_written(one) for one in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What fits, and what it becomes.

    Attributes:
        when: the values that are allowed at a path; empty: anything that is there.
        values: of each key the templates, or what is written as it is.
    """

    when: Mapping[str, tuple[Any, ...]]
    values: Mapping[str, tuple[Any, ...]]

    def fits(self, told: Any) -> bool:
        """Return whether the thing is of this sort."""
        for path, allowed in self.when.items():
            found = find(told, path)
            if (found not in allowed) if allowed else (found is None or found == ""):
                return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A mapping file, read.

    Attributes:
        rules: in their order.
        maps: of words, by name.
        each: where the things are in a delivery; empty: it is one.
        ignores: what no rule fits is no event, instead of a dead letter.
        signature: how deliveries are signed, as the file has it.
    """

    rules: tuple[Rule, ...]
    maps: Mapping[str, Mapping[str, Any]]
    each: str
    ignores: bool
    signature: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What filling a template may look up.

    Attributes:
        channel: the name of the channel, ``{$channel}``.
        maps: of words.
        house: the bounds.
    """

    channel: str
    maps: Mapping[str, Mapping[str, Any]]
    house: MailSettings

    def known(self, name: str) -> str | None:
        """Return what does not come from the payload."""
        return self.channel if name == "$channel" else None

    def applied(self, name: str, value: Any) -> Any:
        """Return a value after a filter; None where it cannot be applied."""
        name, _, which = name.partition(":")
        if name == "map":
            return self.maps[which].get(_written(value).lower())
        if name in {"millis", "seconds"}:
            return _time(name, value)
        text = _written(value)
        if name == "lower":
            return text.lower()
        if name == "html":
            return html_to_text(text[: self.house.limits.html_chars])
        return strip_quoted(text[: self.house.limits.html_chars])


def _time(name: str, value: Any) -> Any:
    try:
        at = as_moment(value)
    except (ValueError, OverflowError, OSError):
        return None
    return millis(at) if name == "millis" else at.replace(microsecond=0).isoformat()


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


# ---------------------------------------------------------------------------------------- the bytes


def split(raw: bytes, mapped: Mapped) -> list[tuple[str, bytes]]:
    """Return the things in a delivery, each with its place.

    Raises:
        BadPayload: it is no JSON object, or the list is not where it is expected.
        TooLarge: there are too many.
    """
    if not mapped.each:
        return [("body", raw)]
    found = find(read_object(raw, "a delivery"), mapped.each)
    if not isinstance(found, list):
        raise BadPayload(f"{mapped.each}: expected a list, found {type(found).__name__}")
    if len(found) > ITEMS_MAX:
        raise TooLarge(f"{mapped.each}: {len(found)} things in one delivery, at most {ITEMS_MAX}")
    return [
        (f"{mapped.each}.{number}", msgspec.json.encode(one)) for number, one in enumerate(found)
    ]


def parse(raw: bytes, mapped: Mapped, book: Book, topics: Collection[str]) -> list[Event]:
    """Return the events of one thing.

    Raises:
        InputError: it is no JSON object, no rule fits, or what a rule makes is no event.
    """
    told = read_object(raw, "what the mapping file describes")
    rules = [one for one in mapped.rules if one.fits(told)]
    if not rules and not mapped.ignores:
        wanted = sorted({path for one in mapped.rules for path in one.when})
        seen = ", ".join(f"{path} = {find(told, path)!r:.40}" for path in wanted)
        raise BadPayload(
            f'no rule of the mapping file fits ({seen}); add one, or write otherwise = "ignore"'
        )
    return [_event(told, rule, book, topics) for rule in rules]


def _event(told: Any, rule: Rule, book: Book, topics: Collection[str]) -> Event:
    made: dict[str, Any] = {}
    for key, options in rule.values.items():
        value = _value(key, options, told, book)
        if value is not None:
            made[key] = value
    event = decode_event(msgspec.json.encode(made), topics=topics)
    if not isinstance(event, Message):
        return event
    as_made = {item.name: getattr(event, item.name) for item in fields(event)}
    text, subject = as_made.pop("text"), as_made.pop("subject")
    return build_message(text=text, subject=subject or "", house=book.house, **as_made)


def _value(key: str, options: tuple[Any, ...], told: Any, book: Book) -> Any:
    found = [one.fill(told, book) if isinstance(one, Template) else one for one in options]
    present = [one for one in found if one is not None]
    if key in _LISTS:
        named = (_identifier(clean(_written(one))) for one in present)
        return list(dict.fromkeys(one for one in named if one)) or None
    if not present:
        return None
    if key in {"at", "received_at"}:
        return _moment(key, present[0])
    return present[0] if key in _TYPED else clean(_written(present[0]))


def _identifier(told: str) -> str:
    """Return an identifier or reference; a national telephone number is none."""
    scheme, colon, rest = told.partition(":")
    return phone(rest) if scheme == "phone" else scheme + colon + rest.strip()


def _moment(key: str, value: Any) -> str:
    try:
        return as_moment(value).isoformat()
    except (ValueError, OverflowError, OSError):
        raise BadPayload(f"{key}: expected a time with an offset, found {value!r:.80}") from None


# ----------------------------------------------------------------------------------------- the file


def read_mapping(text: str, where: str) -> Mapped:
    """Return a mapping file, read.

    Args:
        text: what stands in it.
        where: its name, for messages.

    Raises:
        ConfigError: it is wrong; the message says where and what to write.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: {error}") from None
    _check_keys(told, {"each", "otherwise", "event", "map", "signature"}, where)
    maps = {
        name: {str(key).lower(): value for key, value in one.items()}
        for name, one in _tables(told.get("map", {}), f"{where}: map").items()
    }
    rules = told.get("event", [])
    if not isinstance(rules, list) or not 0 < len(rules) <= RULES_MAX:
        raise ConfigError(f"{where}: write 1 to {RULES_MAX} tables [[event]]")
    if told.get("otherwise", "dead-letter") not in {"ignore", "dead-letter"}:
        raise ConfigError(f'{where}: otherwise: write "ignore" or "dead-letter"')
    return Mapped(
        rules=tuple(_rule(one, maps, f"{where}: event {n}") for n, one in enumerate(rules, 1)),
        maps=maps,
        each=str(told.get("each", "")),
        ignores=told.get("otherwise") == "ignore",
        signature=dict(told.get("signature", {})),
    )


def _rule(told: Any, maps: Mapping[str, Any], where: str) -> Rule:
    if not isinstance(told, dict):
        raise ConfigError(f"{where}: write a table, [[event]]")
    _check_keys(told, KEYS | {"when"}, where)
    for key in ("kind", "id", "at"):
        if key not in told:
            raise ConfigError(f"{where}: {key} is missing; every event needs it")
    when = told.get("when", {})
    if not isinstance(when, dict):
        raise ConfigError(f'{where}: when: write a table such as {{ type = "reply" }}')
    return Rule(
        when={path: _allowed(one) for path, one in when.items()},
        values={
            key: tuple(_option(one, maps, f"{where}: {key}") for one in _listed(value))
            for key, value in told.items()
            if key != "when"
        },
    )


def _allowed(told: Any) -> tuple[Any, ...]:
    return () if told == "*" else tuple(_listed(told))


def _listed(told: Any) -> Sequence[Any]:
    return told if isinstance(told, list) else [told]


def _option(told: Any, maps: Mapping[str, Any], where: str) -> Any:
    if not isinstance(told, str):
        return told
    pieces = _PATH.split(told)
    if any("{" in one or "}" in one for one in pieces[::3]):
        raise ConfigError(f"{where}: {told!r} has a brace that is no {{path}}")
    for filters in pieces[2::3]:
        for one in filters.split("|")[1:]:
            name, _, which = one.partition(":")
            if name not in _FILTERS or (name == "map") != bool(which):
                raise ConfigError(f"{where}: no filter |{one}; there are {sorted(_FILTERS)}")
            if which and which not in maps:
                raise ConfigError(f"{where}: there is no table [map.{which}]")
    return Template(pieces=tuple(pieces))


def _check_keys(told: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in told:
        if key not in known:
            raise ConfigError(f"{where}: {key} means nothing here; known are {sorted(known)}")


def _tables(told: Any, where: str) -> dict[str, dict[str, Any]]:
    if not isinstance(told, dict) or not all(isinstance(one, dict) for one in told.values()):
        raise ConfigError(f"{where}: write tables, [map.NAME]")
    return told
