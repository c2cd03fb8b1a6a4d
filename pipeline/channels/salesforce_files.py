"""The files of a Salesforce export: which object each holds, told by its columns; rows as payloads.

What a row alone does not say is looked up in the files beside it: who of the users is a customer
(``User.csv``), and whether the mails were exported, too (``EmailMessage.csv``).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

import msgspec

from pipeline.channels.limits import Limits
from pipeline.channels.salesforce import long_id
from pipeline.channels.tables import columns_of, read_table
from pipeline.errors import BadPayload, InputError
from pipeline.payloads import Payload

USERS_MAX: Final = 200_000
_START_BYTES: Final = 64 * 1024
_SIGNS: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    "EmailMessage": frozenset({"id", "parentid", "incoming"}),
    "CaseComment": frozenset({"id", "parentid", "commentbody"}),
    "CaseHistory": frozenset({"caseid", "field", "newvalue"}),
    "Case": frozenset({"id", "casenumber", "createddate"}),
    "User": frozenset({"id", "username", "usertype"}),
    "Contact": frozenset({"id", "lastname", "email", "createddate"}),
})  # fmt: skip
"""The columns by which an object is known, the surest first."""
_SILENT: Final = frozenset({"User"})
"""Read only for what it says of others."""


def object_of(start: bytes) -> str | None:
    """Return the object that a file holds, by its beginning; None: none of Salesforce's."""
    try:
        names = {one.strip().lower() for one in columns_of(start)}
    except InputError:
        return None
    return next((name for name, signs in _SIGNS.items() if signs <= names), None)


def split(path: Path, limits: Limits) -> Iterator[Payload]:
    """Yield the rows of a file as payloads.

    Raises:
        BadPayload: it holds none of the objects that are read.
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        yield from rows(stream, path, limits)


def rows(stream: BinaryIO, path: Path, limits: Limits) -> Iterator[Payload]:
    """Yield the rows of an open file; those beside it are looked into.

    Raises:
        BadPayload: it holds none of the objects that are read.
        OSError: one cannot be read.
    """
    name = object_of(stream.read(_START_BYTES))
    if name is None:
        known = ", ".join(one for one in _SIGNS if one not in _SILENT)
        raise BadPayload(
            f"expected an export of {known}, with the columns as the API names them; found others"
        )
    if name in _SILENT:
        return
    stream.seek(0)
    users = _users(path.parent, limits) if name == "CaseComment" else {}
    more = {"mails": _has_mails(path.parent)} if name == "Case" else {}
    for row in read_table(stream, limits):
        where = f"{path.name}:{row.line}"
        if row.values is None:
            told = {"broken": row.reason, "row": row.raw.decode("utf-8", "replace")}
            yield Payload(raw=msgspec.json.encode(told), where=where)
            continue
        whole = {"object": name, "row": row.values, **more}
        user = users.get(long_id(_plain(row.values).get("createdbyid", "")))
        if user is not None:
            whole["user"] = {"UserType": user}
        yield Payload(raw=msgspec.json.encode(whole), where=where)


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    return {key.strip().lower(): value for key, value in values.items()}


def _beside(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files of a folder that hold an object."""
    for path in sorted(folder.glob("*.csv")):
        with path.open("rb") as stream:
            if object_of(stream.read(_START_BYTES)) == name:
                yield path


def _has_mails(folder: Path) -> bool:
    return any(True for _ in _beside(folder, "EmailMessage"))


def _users(folder: Path, limits: Limits) -> dict[str, str]:
    """Return the types of the users, by id."""
    found: dict[str, str] = {}
    for path in _beside(folder, "User"):
        with path.open("rb") as stream:
            for row in read_table(stream, limits):
                plain = _plain(row.values or {})
                if plain.get("id") and len(found) < USERS_MAX:
                    found[long_id(plain["id"])] = plain.get("usertype", "")
    return found
