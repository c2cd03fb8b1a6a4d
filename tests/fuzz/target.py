"""One parser under libFuzzer: ``python -m tests.fuzz.target NAME [libFuzzer's options] [CORPUS]``.

Whatever leaves the parser but the project's own ``InputError`` ends the process with a finding; so
do an input that takes seconds, and one that takes gigabytes. The bytes are then in a file
``crash-…``; ``python -m tests.fuzz.target NAME crash-…`` runs them again.
"""

import io
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["pipeline.channels"]):
    from pipeline.channels import (
        mail,
        mapping,
        mbox,
        meta,
        reviews,
        salesforce_files,
        twcs,
        web_form,
        x_activity,
    )
    from pipeline.channels.form_data import read_form
    from pipeline.channels.limits import DEFAULT_LIMITS
    from pipeline.channels.mail import DEFAULT_SETTINGS
    from pipeline.channels.markup import html_to_text
    from pipeline.channels.quoting import strip_quoted
    from pipeline.channels.tables import read_table
    from pipeline.errors import ConfigError, InputError
    from pipeline.payloads import Payload
    from tests.contract.rigs import rigs

AT = datetime(2026, 11, 2, tzinfo=UTC)
DESK = reviews.Desk(channel="fuzz", house=DEFAULT_SETTINGS)


def feed(raw: bytes) -> list[bytes]:
    """Take a feed apart; an entry of which is refused costs the others nothing."""
    return reviews.split_feed(raw, "application/xml", DESK)


def table(raw: bytes) -> None:
    """Read a table, whatever it holds, and see whose it is."""
    salesforce_files.object_of(raw)
    for row in read_table(io.BytesIO(raw), DEFAULT_LIMITS):
        reviews.record_of(row.values or {}, DESK)


def mailbox(raw: bytes) -> None:
    """Take a mailbox file apart, and read its mails; what is wrong with one costs only it."""
    for _, one in mbox.split(io.BytesIO(raw)):
        with suppress(InputError):
            mail.parse(one)


def mapped(raw: bytes) -> None:
    """Read a mapping file of anybody's, and what it makes of a thing."""
    told, _, thing = raw.partition(b"\0")
    with suppress(ConfigError):
        rules = mapping.read_mapping(told.decode("utf-8", "replace"), "fuzz")
        book = mapping.Book(channel="fuzz", maps=rules.maps, house=DEFAULT_SETTINGS)
        for _, one in mapping.split(thing, rules):
            with suppress(InputError):
                mapping.parse(one, rules, book, frozenset())


OTHERS: dict[str, Callable[[bytes], object]] = {
    "form": lambda raw: web_form.parse(web_form.fields_of_json(raw), at=AT, new_id="n"),
    "multipart": lambda raw: read_form(raw, "multipart/form-data; boundary=x"),
    "export": lambda raw: twcs.parse(",".join(twcs.COLUMNS).encode() + b"\n" + raw),
    "feed": lambda raw: [reviews.parse(one, DESK) for one in feed(raw)],
    "table": table,
    "mailbox": mailbox,
    "mapped": mapped,
    "meta-delivery": meta.split,
    "x-delivery": x_activity.split,
    "html": lambda raw: html_to_text(raw.decode("utf-8", "replace")),
    "quotes": lambda raw: strip_quoted(raw.decode("utf-8", "replace")),
}
"""Parsers that belong to no kind of channel."""


def names() -> list[str]:
    """Return the names of all targets."""
    return sorted([*OTHERS, *(rig.kind for rig in rigs())])


def parser(name: str) -> Callable[[bytes], object]:
    """Return the parser that a name stands for."""
    if name in OTHERS:
        return OTHERS[name]
    from tests.contract.test_channels import parser as parser_of

    rig = next(one for one in rigs() if one.kind == name)
    parse = parser_of(rig)
    return lambda raw: parse(Payload(raw=raw, where="fuzz", at=AT))


def main() -> None:
    """Fuzz until the options say that it is enough."""
    parse = parser(sys.argv.pop(1))

    def once(raw: bytes) -> None:
        with suppress(InputError):
            parse(raw)

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
