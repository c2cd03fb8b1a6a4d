"""What a mail says itself: quoted mails, signatures and reply markers taken away.

Everybody reads mails through one function, :func:`strip_quoted`, so that the way of doing it can
change in one place. First our own rules: shapes (a line with a date or an address that ends in a
colon and stands above ``>`` lines; a block of From/Sent/To/Subject; a separator that names a
message; "type above this line") and the words that programs use in them
(:mod:`pipeline.channels.mail_words`). Then the library email-reply-parser for signatures. It was
chosen by measurement on public gold pairs of reply extraction; the figures are in
``tests/unit/channels/test_quoting.py``.

Losing a customer's own words is worse than keeping somebody else's: each rule asks for two signs
where one could be the customer's own style, quoted lines between own lines are taken out one by
one (inline answers stay), and a mail that would come out empty comes out whole.
"""

import re
from typing import Final

from email_reply_parser import EmailMessage

from pipeline.channels.mail_words import (
    A_MAIL,
    ABOUT,
    ABOVE,
    ADDRESS,
    BANNER,
    BESIDE,
    CLOCK,
    DAY,
    DELIMITER,
    FORWARDED,
    FROM,
    HEADER,
    IN_BRACKETS,
    IN_CONFIDENCE,
    INTRODUCES,
    PICTURES,
    QUOTED,
    RULE,
    SENT_FROM,
    SEPARATOR,
    TO_WHOM,
    TREES,
    WROTE,
)

_FOOTER_CHARS_MIN: Final = 60
_FOOTER_PARAGRAPHS: Final = 8
_BANNER_CHARS_MAX: Final = 400
_ATTRIBUTION_LINES: Final = 4
_HEADERS_ABOVE: Final = 4
_SIGNATURE_LINES_MAX: Final = 8
_LINE_CHARS_MAX: Final = 500
_NEVER: Final = re.compile(r"(?!)")


def strip_quoted(text: str) -> str:
    """Return what the writer of the mail says: without quoted mails and signature.

    Pure and total, linear in the length of the text. Never empty where ``text`` has words: a mail
    that is nothing but a forward or a quote comes back whole.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    lines = [line if line == DELIMITER else line.rstrip() for line in lines]
    own = "\n".join(_without_quotes(_above_the_fold(_without_banner(lines))))
    own = _without_footer(_without_marks(own))
    for candidate in (_without_signature(own), own, "\n".join(lines)):
        if _has_words(candidate):
            return _tidy(candidate)
    return ""


def _without_banner(lines: list[str]) -> list[str]:
    """Take out what our own gateway writes above mails from outside: the first paragraph."""
    start = next((number for number, line in enumerate(lines) if line), 0)
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    told = " ".join(lines[start : min(end, start + 10)])
    is_banner = len(told) <= _BANNER_CHARS_MAX and BANNER.match(told) is not None
    return lines[end:] if is_banner and _has_words("\n".join(lines[end:])) else lines.copy()


def _without_marks(text: str) -> str:
    """Cut at the delimiter of a signature; set apart what a program says of itself at the end.

    The library looks at paragraphs, but many programs leave no empty line above their own words.
    """
    lines, spoken = text.split("\n"), False
    for number, line in enumerate(lines):
        if spoken and line == DELIMITER:
            del lines[number:]
            break
        spoken = spoken or _has_words(line)
    while lines and not lines[-1]:
        lines.pop()
    for number in range(len(lines) - 1, max(0, len(lines) - 1 - _SIGNATURE_LINES_MAX), -1):
        if not lines[number]:
            break
        if _is_mark(lines[number].strip()) and lines[number - 1]:
            lines.insert(number, "")
    return "\n".join(lines)


def _is_mark(line: str) -> bool:
    return (
        line == "--" or bool(SENT_FROM.match(line)) or (len(line) < 100 and bool(TREES.match(line)))
    )


def _without_footer(text: str) -> str:
    """Cut the legal footers at the end: paragraphs with all the signs of one, never the first.

    A paragraph that speaks of a mail, of secrecy and of whom it is meant for is a disclaimer in any
    of these languages; below one, a word on trees or viruses belongs to it.
    """
    paragraphs = re.split(r"(\n[ \t]*\n)", text)  # with what stands between them
    end = len(paragraphs)
    for start in range(end - 1, max(1, end - 2 * _FOOTER_PARAGRAPHS), -2):
        told = " ".join(paragraphs[start].split())
        if told and not RULE.match(told) and not _is_footer(told):
            break
        if told and _has_words("".join(paragraphs[: start - 1])):
            end = start - 1
    return "".join(paragraphs[:end])


def _is_footer(paragraph: str) -> bool:
    if TREES.search(paragraph) and ("www." in paragraph or A_MAIL.search(paragraph)):
        return len(paragraph) < 400
    is_long = len(paragraph) >= _FOOTER_CHARS_MIN
    signs = (A_MAIL, IN_CONFIDENCE, TO_WHOM)
    return is_long and all(sign.search(paragraph) for sign in signs)


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _tidy(text: str) -> str:
    lines = text.strip().split("\n")
    while RULE.match(lines[-1]) or not lines[-1]:
        lines.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _above_the_fold(lines: list[str]) -> list[str]:
    """Cut where an unquoted older mail begins; markers at the very top are only taken out."""
    spoken = False
    for number, line in enumerate(lines):
        start = _fold_at(lines, number)
        if start is not None and spoken and _has_words("\n".join(lines[:start])):
            return lines[:start]
        if ABOVE.search(line):
            lines[number] = ""
        elif not spoken and not QUOTED.match(line):
            spoken = _has_words(line)
    return lines


def _fold_at(lines: list[str], number: int) -> int | None:
    """The line from which on everything is an older mail, if ``lines[number]`` shows that."""
    line = lines[number]
    if len(line) > _LINE_CHARS_MAX or QUOTED.match(line):
        return None
    if SEPARATOR.match(line) or ABOVE.search(line) or FORWARDED.match(line):
        return number
    if _is_header_block(lines, number):
        return _head(lines, number)
    if INTRODUCES.search(line) and not _is_quoted_below(lines, number):
        start = _attribution_start(lines, number)
        block = None if start is None else lines[start : number + 1]
        return start if block and _is_certain(block, is_told=bool(WROTE.search(line))) else None
    return None


def _is_certain(block: list[str], *, is_told: bool) -> bool:
    """Whether unquoted text that follows is somebody else's.

    A word for "wrote" needs an address, or a day with a time, beside it; without such a word all of
    these have to be there, and the address in brackets.
    """
    joined = " ".join(block)
    has_time = bool(DAY.search(joined) and CLOCK.search(joined))
    if is_told:
        return has_time or bool(ADDRESS.search(joined))
    return has_time and bool(IN_BRACKETS.search(joined))


def _head(lines: list[str], number: int) -> int:
    """Where the block of headers begins of which ``lines[number]`` names the sender."""
    first = number
    while first and number - first < _HEADERS_ABOVE and _name(lines[first - 1]) in BESIDE:
        first -= 1
    return first - 1 if first and RULE.match(lines[first - 1]) else first


def _name(line: str) -> str:
    """The name of a header, lower-case; empty where the line is none."""
    found = HEADER.match(line) if len(line) <= _LINE_CHARS_MAX else None
    return found[1].strip().lower() if found else ""


def _is_header_block(lines: list[str], number: int) -> bool:
    """Sender first, three lines at least, and a subject or an address of the sender."""
    first = HEADER.match(lines[number])
    if not first or first[1].strip().lower() not in FROM:
        return False
    block = [HEADER.match(line) for line in lines[number : number + 8]]
    names = [found[1].strip().lower() for found in block if found]
    return len(names) >= 3 and (bool(ADDRESS.search(first[2])) or not ABOUT.isdisjoint(names))


def _is_quoted_below(lines: list[str], number: int) -> bool:
    below = next((line for line in lines[number + 1 : number + 4] if line), "")
    return bool(QUOTED.match(below))


def _attribution_start(lines: list[str], last: int) -> int | None:
    """Where the line "On … X wrote:" begins that ends at ``last`` (clients wrap it)."""
    start = None
    for first in range(last, max(-1, last - _ATTRIBUTION_LINES), -1):
        block = " ".join(line for line in lines[first : last + 1] if line)
        if QUOTED.match(lines[first]) or len(block) > 400:
            break
        if not lines[first] and block.count("<") == block.count(">"):
            break
        if block.count("<") != block.count(">"):
            continue
        if DAY.search(block):
            return first
        if start is None and ADDRESS.search(block):
            start = first
    return start


def _without_quotes(lines: list[str]) -> list[str]:
    """Take out quoted lines and the attribution above them; what stands between stays."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        if PICTURES.match(line):
            continue
        if QUOTED.match(line):
            if not (number and QUOTED.match(lines[number - 1])):
                _drop_attribution(kept)
            continue
        kept.append(line)
    return kept


def _drop_attribution(kept: list[str]) -> None:
    """Remove "On … X wrote:" from the end of ``kept``, should it be there."""
    last = len(kept) - 1
    while last >= 0 and not kept[last]:
        last -= 1
    if last < 0 or not re.search(r"[:：>]$", kept[last]):
        return
    start = _attribution_start(kept, last)
    if start is not None:
        del kept[start:]


class _Signature(EmailMessage):  # type: ignore[misc]  # the library ships no types
    """The library's fragments from the end upwards, with our marks of a signature.

    Its marks of quotes are off: ours ran before, and its patterns over several lines take cubic
    time on hostile text. Its mark ``-word`` is off: it eats the last item of a list.
    """

    SIG_REGEX = re.compile(rf"(?:--|__+|—+)$|{SENT_FROM.pattern}", re.IGNORECASE)
    QUOTE_HDR_REGEX = _NEVER
    HEADER_REGEX = _NEVER
    MULTI_QUOTE_HDR_REGEX = _NEVER
    MULTI_QUOTE_HDR_REGEX_MULTILINE = _NEVER


def _without_signature(text: str) -> str:
    return str(_Signature(text).read().reply)
