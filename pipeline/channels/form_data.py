"""The fields of a form as a source posts it (``multipart/form-data``, urlencoded), within bounds.

Files are passed over: a mail's attachments say nothing here, however many there are.
"""

from collections.abc import Mapping
from email.message import Message as Headers
from typing import Any, Final
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from pipeline.errors import BadPayload, TooLarge

PARTS_MAX: Final = 20_000
FIELDS_MAX: Final = 500
NAME_BYTES_MAX: Final = 200
_CALLBACKS: Final = (
    "on_part_begin", "on_part_data", "on_part_end", "on_header_field", "on_header_value",
    "on_header_end", "on_headers_finished", "on_end",
)  # fmt: skip
"""What the parser calls on `_Parts`."""


def read_form(raw: bytes, content_type: str) -> Mapping[str, bytes]:
    """Return the fields by name, undecoded; of several with one name the first.

    Raises:
        BadPayload: it is no form.
        TooLarge: it has more parts or fields than any source sends.
    """
    headers = Headers()
    headers["content-type"] = content_type[:1_000]
    kind = headers.get_content_type()
    if kind == "application/x-www-form-urlencoded":
        return _urlencoded(raw)
    boundary = headers.get_param("boundary")
    if kind != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise BadPayload(f"expected a form, found the content type {content_type[:80]!r}")
    return _multipart(raw, boundary)


def _urlencoded(raw: bytes) -> Mapping[str, bytes]:
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise TooLarge(f"more than {FIELDS_MAX} fields in the form") from None
    return {name.decode("utf-8", "replace"): value for name, value in reversed(pairs)}


def _multipart(raw: bytes, boundary: str) -> Mapping[str, bytes]:
    parts = _Parts()
    try:
        callbacks: Any = {name: getattr(parts, name) for name in _CALLBACKS}
        parser = MultipartParser(boundary.encode("utf-8", "replace"), callbacks=callbacks)
        parser.write(raw)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise BadPayload(f"the form breaks off or is none: {error}") from None
    if not parts.is_whole:
        raise BadPayload("the form breaks off before its last boundary")
    return parts.fields


class _Parts:
    """Gathers the fields as the parser meets them."""

    def __init__(self) -> None:
        self.fields: dict[str, bytes] = {}
        self.is_whole = False
        self._count = 0
        self._name: bytes = b""
        self._value: bytes = b""
        self._placed: bytes = b""
        self._field: str | None = None
        self._data: list[bytes] = []

    def on_part_begin(self) -> None:
        """Begin a part."""
        self._count += 1
        if self._count > PARTS_MAX:
            raise TooLarge(f"more than {PARTS_MAX:,} parts in the form")
        self._placed, self._field, self._data = b"", None, []

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._value += data[start:end]

    def on_header_end(self) -> None:
        """Remember the one header that matters."""
        if self._name.lower() == b"content-disposition":
            self._placed = self._value
        self._name = self._value = b""

    def on_headers_finished(self) -> None:
        """Tell a field from a file."""
        headers = Headers()
        headers["content-disposition"] = self._placed.decode("utf-8", "replace")
        name = headers.get_param("name", header="content-disposition")
        filename = headers.get_param("filename", header="content-disposition")
        if isinstance(name, str) and filename is None and len(self.fields) < FIELDS_MAX:
            self._field = name[:NAME_BYTES_MAX]

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Keep a field's bytes."""
        if self._field is not None:
            self._data.append(data[start:end])

    def on_part_end(self) -> None:
        """Finish a field."""
        if self._field is not None:
            self.fields.setdefault(self._field, b"".join(self._data))

    def on_end(self) -> None:
        """Note that nothing is missing."""
        self.is_whole = True
