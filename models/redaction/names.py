"""Names of persons by where they stand, or known before: no dictionary, no guess at others."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

import re
from collections.abc import Iterator
from typing import Final

from models.bounded import compiled

_UPPER: Final = "A-ZÀ-ÖØ-ÞŠŽŁŚŻČĆĐİŞĞ"
_NAME: Final = rf"(?:[{_UPPER}](?:[^\W\d_]|['’-]){{1,20}}|[{_UPPER}]\.)"
_FULL: Final = rf"{_NAME}(?:[ ]{_NAME}){{0,2}}"
_TITLE: Final = r"(?:(?:[Mm]rs?|[Mm]s|[Mm]iss|[Dd]r|[Pp]rof|Herr|Frau|Mme|MR|MRS|MS|DR)\.?[ ])"

_NO_NAMES_WORDS: Final = """
    a again all am an and any anyone anybody angry are at awesome back been both but can
    cannot care chat claims client could customer customers did do does dear department desk
    disappointed dm email everybody everyone finance folks for friend friends from gents good great
    guest guys has have hello help helpdesk here hey hi hope how i if im in is it its just kindly
    ladies latest later lots madam manager management many me members my need never no not now of on
    one online order our out passenger patient please pls quick really regards relations sales shop
    shopper since sincerely sir sirs sorry still store support team thank thanks that the there they
    this tired to today tomorrow trying u up us valued very was way we well were what when where
    which who why will wishes with would y'all yes you your yours
    monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december dm dms pm asap uk usa us eu ios android
"""
_NO_NAMES: Final = frozenset(_NO_NAMES_WORDS.split())

_ORGANISATION_WORDS: Final = """
    bank care customer department desk help helpdesk relations sales service services shop store
    support team
"""
_ORGANISATION: Final = frozenset(_ORGANISATION_WORDS.split())
"""Words that make the name before them that of a company: "Dear Amazing Shop"."""

_PLACES: Final = tuple(
    compiled(pattern)
    for pattern in (
        # "Hi Sarah," "Dear Mr Henderson," "Good morning Mr Okonkwo"
        rf"(?:^|[\n.!?,\]] ?|\b)(?:[Hh]i|[Hh]ello|[Hh]ey|HI|HELLO|[Dd]ear|Hiya|Hallo|Bonjour|Hola|ATTN:?|Attn:?|[Gg]ood (?:morning|afternoon|evening|day))[ ,]{{1,2}}(?P<it>{_TITLE}?{_FULL})(?=\s*(?:[,.!:;?\n-]|$))",
        # "Thank you Antonio." "Sorry about that, Maria." "Sorry, Nina, that ..."
        rf"\b(?:[Tt]hanks?|[Tt]hank you|[Cc]heers|[Ss]orry|[Aa]pologies|[Aa]ppreciate it|[Ww]elcome|hear that|about (?:that|this)|hear (?:this|that)|[Oo]k(?:ay)? thanks)(?:,[ ]|[ ])(?P<it>{_TITLE}?{_NAME}(?:[ ]{_NAME})?)(?=\s*(?:[,.!:;?]|$))",
        # under or after a closing
        rf"(?:\b(?:[Rr]egards|[Ss]incerely|[Ff]aithfully|[Ww]ishes|[Cc]heers|[Tt]hanks|[Tt]hank you|[Ll]ove|[Bb]est|[Yy]ours|[Rr]espectfully|[Ss]igned|truly)[,.]?[ \t]{{0,3}}(?:\n\s{{0,8}}|(?<=[,.] )|(?<=[,.])))(?P<it>{_TITLE}?{_FULL}(?: \((?:Mrs?|Ms|Miss|Dr)\))?)(?=[ \t]*(?:[\n.,]|$))",
        # alone on the last line, or after the last sentence: "... put this right!\n\nVera Okafor"
        rf"(?:\n[ \t]{{0,3}}(?P<it>{_FULL}))[ \t]*\s*\Z",
        rf"[.!?][ ]{{1,2}}(?P<it>(?![A-Z]{{2}}){_NAME}(?:[ ](?![A-Z]{{2}}){_NAME}){{1,2}})\s*\Z",
        # "Hugo from Tillbrook Savings", as agents sign
        rf"(?:\n|[.!?] )[ \t]{{0,3}}(?P<it>{_NAME}) from [{_UPPER}][^\n]{{1,40}}\Z",
        rf"\bfor your (?:e-?mail|message|reply|note|call|patience|enquiry|inquiry|letter|time)s?,? (?P<it>{_TITLE}?{_NAME})(?=\s*[,.!\n])",
        # "- Sophie" at the end
        rf"(?:^|\s)[-–—][ ]?(?P<it>{_FULL})\s*$",
        rf"\b[Mm]y (?:full )?name(?:'s| is|:)[ ](?P<it>{_FULL}|[a-z'-]{{2,20}}(?:[ ](?!and\b|i\b|from\b|but\b|with\b|on\b)[a-z'-]{{2,20}})?)(?=\s|[,.!?]|$)",
        rf"(?:^|\n|[,;] ?)(?:(?:[Ff]ull |[Ff]irst |[Ll]ast |[Ss]ur)?[Nn]ame|NAME|[Cc]ontact|[Cc]ustomer name)[ ]?[:=][ ]?(?P<it>{_FULL})",
        rf"[,;] [Nn]ame (?P<it>{_FULL})",
        rf"\b(?:I'm|I’m|I am|[Tt]his is|[Ii]t's)[ ](?P<it>(?![A-Z]{{2}}){_NAME}(?:[ ]{_NAME})?)(?=\s*(?:[,.!\n]|and\b|from\b|here\b|calling\b|writing\b|again\b|$))",
        rf"\b(?P<it>(?:Mrs?|Ms|Miss|Dr|Prof|Herr|Frau|Mme)\.?[ ]{_FULL})",
        # persons who are spoken of: "Your agent Kelly", "spoke to Rajesh", "my wife Elena Petrova"
        rf"\b(?:agents?|colleagues?|reps?|representative|advis[eo]r|manager|operator|driver|engineer|technician|wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|friend|partner|flatmate|neighbour|neighbor|assistant|cashier|nurse|doctor|landlord)(?: called| named|,)?[ ](?P<it>{_FULL})",
        rf"\b(?:spoke|spoken|speaking|talked|talking|chatted|chat)(?: (?:to|with))(?: (?:a|an|one|someone) (?:called|named))?[ ](?P<it>{_FULL})",
        rf"\b(?:ask for|named|signed by|on behalf of|account holder|attention of|c/o)[ ](?P<it>{_FULL})",
    )
)
_TITLE_AT_START: Final = compiled(_TITLE)
_WORD: Final = re.compile(r"\S+")
_KNOWN: Final = compiled(rf"(?<![\w'’-])[{_UPPER}](?:[^\W\d_]|['’-]){{1,30}}")
_SAID: Final = re.compile(r"(?:ing|able|ible|ful|less|ous|tion|ment)\b", re.IGNORECASE)
"""What ends so is a word: a last line "Disgusting" is nobody."""


def find_known(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The offsets of words with a capital that are known to be names; neighbours are one name."""
    began = ended = -1
    for match in _KNOWN.finditer(text) if names else ():
        word = match.group().casefold().removesuffix("'s").removesuffix("’s")
        if word not in names or word in _NO_NAMES:
            continue
        end = match.start() + len(word)
        if text[ended : match.start()] != " ":
            if ended > 0:
                yield began, ended
            began = match.start()
        ended = end
    if ended > 0:
        yield began, ended


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """The offsets of names, in no order."""
    for pattern in _PLACES:
        for match in pattern.finditer(text):
            start, end = match.span("it")
            end = start + _length(match["it"])
            if start < end:
                yield start, end


def _length(candidate: str) -> int:
    """How much of a candidate is a person's name: it ends where a common word begins."""
    title = _TITLE_AT_START.match(candidate)
    start = length = title.end() if title else 0
    for word in _WORD.finditer(candidate, start):
        common = word.group().casefold().strip(".")
        if common in _ORGANISATION or _SAID.search(common):
            return 0
        if common in _NO_NAMES:
            break
        length = word.end()
    return length if length > start else 0
