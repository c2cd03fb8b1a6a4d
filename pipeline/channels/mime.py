"""The bytes of a mail to headers and words, within bounds.

The standard library's parser does the MIME. It runs with the ``compat32`` policy: on 353 public
mails that is ten times as fast as ``policy.default`` and reads the same, and its headers are plain
strings, so that nothing of a stranger's making can raise while a header is looked up. Encoded
words and character sets are decoded here, never failing.

The parser takes time in lines times nesting and recursion in nesting, so what a bomb needs is
counted in the raw bytes before it runs.
"""

import base64
import codecs
import quopri
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Part
from typing import Final, TypeVar

from pipeline.channels.limits import Limits
from pipeline.channels.mail_words import DELIMITER
from pipeline.channels.markup import html_to_text
from pipeline.errors import BadPayload, TooLarge

T = TypeVar("T")

_HEADER_END: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_SEPARATOR: Final = re.compile(rb"\AFrom [^\r\n]*(?:\r\n|\r|\n)")  # left on by some exports
_FIELD: Final = re.compile(rb"(?:\A|(?<=[\r\n]))[!-9;-~]{1,998}[ \t]*:")
_PARAMETERS: Final = re.compile(
    rb"(?<=[\r\n])content-(?:type|disposition)[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*",
    re.IGNORECASE,
)
_NESTED: Final = re.compile(
    rb"boundary[\s*0-9]{0,20}=|message/(?:rfc822|global|external)", re.IGNORECASE
)
_BLOCKS: Final = re.compile(rb"message/delivery-status", re.IGNORECASE)
_ENCODED_WORD: Final = re.compile(
    r"=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bq])\?([^?]{0,2000})\?=", re.IGNORECASE
)
_BETWEEN_WORDS: Final = re.compile(r"(\?=)\s+(=\?)")
_CONTROLS: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
# Hard spaces are spaces here; what only says where a word may be broken is nothing.
_SPACES: Final = str.maketrans({"\xa0": " ", "\u202f": " ", "\u200b": "", "\u2060": "", "\xad": ""})
# What senders call a character set is often a subset of what they use (as browsers treat it).
_SUPERSETS: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254",
}  # fmt: skip
# Codecs that take quadratic time or read escapes as code points: no mail is written in them.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail whose size, headers and nesting are known to be within bounds."""

    root: "Part[str, str]"
    limits: Limits

    def header(self, name: str) -> str:
        """The first header of that name as readable text; empty where absent."""
        return next(self.headers(name), "")

    def headers(self, name: str) -> Iterator[str]:
        """Every header of that name, topmost first, unfolded and decoded."""
        wanted = name.lower()
        for found, value in self.root.raw_items():
            if found.lower() == wanted:
                yield decode_header(str(value)[: self.limits.header_chars])

    def text(self) -> tuple[str, bool]:
        """What the mail says, quotes included; and whether it had to be cut."""
        text = _tidy(_text_of(self.root, self.limits))
        most = self.limits.text_chars * 4  # quotes go later; only own words count in the end
        return text[:most], len(text) > most or _has_long_html(self.root, self.limits)


def read_mail(raw: bytes, limits: Limits) -> Mail:
    """Parse ``raw`` after proving that it is no bomb.

    Raises:
        TooLarge: bytes, headers, parts or nesting pass a limit.
        BadPayload: not a mail at all.
    """
    limits.check("mail_bytes", len(raw), "bytes of mail")
    raw = _SEPARATOR.sub(b"", raw, count=1)
    _check_headers(raw, limits)
    for found in _PARAMETERS.finditer(raw):  # the parser's time is quadratic in these
        limits.check("header_chars", found.end() - found.start(), "bytes of one Content header")
    nested = sum(1 for _ in _NESTED.finditer(raw))
    limits.check("mime_parts", nested, "MIME parts declared")
    limits.check("mime_work", _work(raw, nested), "lines times declared MIME levels")
    try:
        root = message_from_bytes(raw)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        reason = f"the standard library cannot read this mail ({error!r}); ask for it again as text"
        raise BadPayload(reason) from error
    limits.check("headers", len(root), "headers")
    _check_parts(root, limits)
    return Mail(root=root, limits=limits)


def _work(raw: bytes, nested: int) -> int:
    """What the parser's time grows with: lines times nesting, and each part made costs 50 lines."""
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    parts = raw.count(b"\n--") + raw.count(b"\r--") if nested else 0
    if _BLOCKS.search(raw):  # every empty line begins another part of a delivery status
        parts += raw.count(b"\n\n") + raw.count(b"\n\r\n")
    return lines * (nested + 1) + 50 * parts


def _check_headers(raw: bytes, limits: Limits) -> None:
    start = raw.lstrip(b"\r\n")
    end = _HEADER_END.search(start, 0, limits.header_bytes + 4)
    block = start[: end.start()] if end else start[: limits.header_bytes + 1]
    if not _FIELD.search(block[:4096]):
        found = raw[:40].decode("ascii", "backslashreplace")
        reason = f"expected a mail (lines such as 'From: …' first), found {found!r}"
        raise BadPayload(reason + ": is this an .eml file?")
    limits.check("header_bytes", len(block), "bytes of headers")
    limits.check("headers", sum(1 for _ in _FIELD.finditer(block)), "headers")


def _check_parts(root: "Part[str, str]", limits: Limits) -> None:
    waiting, parts = [(root, 1)], 0
    while waiting:
        part, depth = waiting.pop()
        parts += 1
        limits.check("mime_parts", parts + len(waiting), "MIME parts")
        if depth > limits.mime_depth:
            reason = f"MIME parts nested more than {limits.mime_depth} deep (setting mime_depth)"
            raise TooLarge(reason + ": no mail program writes that; ask for the text alone")
        waiting += [(child, depth + 1) for child in _children(part)]


def _children(part: "Part[str, str]") -> list["Part[str, str]"]:
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, Part)]


def ask(lookup: Callable[[], T], default: T) -> T:
    """What the standard library says of a part, or ``default`` where it fails.

    Its lookups decode parameters as RFC 2231 has it, and raise whatever the codecs do: errors of
    value, lookup, type and attribute, on mails that are otherwise readable.
    """
    try:
        return lookup()
    except (ValueError, LookupError, TypeError, AttributeError):
        return default


def _text_of(part: "Part[str, str]", limits: Limits) -> str:
    """The words of a part: of alternatives the plain one, else HTML; attachments say nothing."""
    kind, placed = part.get_content_type(), ask(part.get_content_disposition, None)
    if placed == "attachment" or (placed and ask(part.get_filename, None)):
        return ""
    if kind == "multipart/report":
        return _text_of(_children(part)[0], limits) if _children(part) else ""
    if part.is_multipart():
        return _text_of_children(part, kind, limits)
    if kind.startswith("multipart/"):
        return _text_of_broken(part)
    if kind not in {"text/plain", "text/html"}:
        return ""
    text = decode(_body(part), ask(part.get_content_charset, None) or "")
    return html_to_text(text[: limits.html_chars]) if kind == "text/html" else text


def _text_of_children(part: "Part[str, str]", kind: str, limits: Limits) -> str:
    if kind.startswith("message/"):
        return ""  # somebody else's mail, attached
    children = _children(part)
    if kind == "multipart/alternative":
        children.sort(key=lambda child: child.get_content_type() != "text/plain")
        return next(filter(str.strip, (_text_of(child, limits) for child in children)), "")
    texts = [_text_of(child, limits) for child in children]
    return "\n\n".join(text for text in texts if text.strip())


def _text_of_broken(part: "Part[str, str]") -> str:
    """Of a multipart whose boundary is missing or wrong, the lines that are not its machinery."""
    lines = decode(_body(part), "").splitlines()
    return "\n".join(line for line in lines if not line.lower().startswith(("--", "content-")))


def _has_long_html(root: "Part[str, str]", limits: Limits) -> bool:
    pages = (part for part in root.walk() if part.get_content_type() == "text/html")
    return any(len(_body(page)) > limits.html_chars for page in pages)


def _body(part: "Part[str, str]") -> bytes:
    payload = ask(lambda: part.get_payload(decode=True), None)
    if not isinstance(payload, bytes):
        payload = ask(part.get_payload, None)
    return payload if isinstance(payload, bytes) else str(payload or "").encode("utf-8", "replace")


def decode(raw: bytes, charset: str) -> str:
    """Bytes to text: the named character set, else UTF-8, else the named one with marks, else 1252.

    Never fails: an unknown or lying character set costs single letters, not the mail.
    """
    name = _codec(charset)
    attempts = [(name, "strict")] if name and name != "cp1252" else []
    attempts += [("utf-8", "strict"), (name or "cp1252", "replace")]
    for codec, errors in attempts:
        try:
            return clean(raw.decode(codec, errors))
        except (UnicodeError, LookupError, ValueError):
            continue
    return clean(raw.decode("cp1252", "replace"))


def _codec(charset: str) -> str:
    """The codec to use for a declared character set; empty where none is known."""
    try:
        name = codecs.lookup(charset.strip().strip("'\"")[:60]).name if charset else ""
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if name in _NO_CHARSETS else _SUPERSETS.get(name, name)


def clean(text: str) -> str:
    """Without control characters and half surrogates: safe for JSON, SQL and a terminal."""
    return _CONTROLS.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def decode_header(value: str) -> str:
    """Unfold a raw header and decode its encoded words (RFC 2047) and stray 8-bit bytes."""
    raw = value.encode("utf-8", "surrogateescape")
    text = decode(raw, "utf-8") if not raw.isascii() else clean(value)
    joined = _BETWEEN_WORDS.sub(r"\1\2", text)
    return " ".join(_ENCODED_WORD.sub(_word, joined).split())


def _word(match: re.Match[str]) -> str:
    charset, encoding, body = match.groups()
    try:
        if encoding in "bB":
            raw = base64.b64decode(body + "=" * (-len(body) % 4))
        else:
            raw = quopri.decodestring(body.encode(), header=True)
    except ValueError:
        return match[0]
    return decode(raw, charset)


def _tidy(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)
    lines = (line if line == DELIMITER else line.rstrip() for line in plain.split("\n"))
    return "\n".join(lines).strip("\n")
