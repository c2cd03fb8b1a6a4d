"""What personal data looks like: patterns, the surest kind first.

Each pattern names the part to take out ``it``; where a checksum or a rule beside the pattern is to
hold, ``holds`` says so. No nested repetition and no unbounded gap: the work is linear in the text.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from models.bounded import compiled
from models.redaction.checks import has_digits, is_card, is_iban, is_public_ip


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A pattern for one kind of personal data."""

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None


def _detector(
    kind: str, pattern: str, holds: Callable[[str], bool] | None = None, flags: int = re.IGNORECASE
) -> Detector:
    return Detector(kind=kind, pattern=compiled(pattern, flags), holds=holds)


def reference_detector(pattern: str) -> Detector:
    """The detector of a company's own numbers.

    Raises:
        re.error: the pattern is none.
    """
    return _detector("reference", rf"(?P<it>{pattern})")


_IS: Final = r"(?:[ ]?(?:number|no\.?|num|nr\.?|id|code|ref(?:erence)?|#|:|=|is|was|are|-)){0,5}[ ]?[:#]?[ ]?"
_THING: Final = (
    r"(?:order|booking|reservation|reference|ref|case|ticket|invoice|policy|account|acct|customer|cust|client|member(?:ship)?"
    r"|loyalty(?: card)?|tracking|claim|parcel|shipment|consignment|confirmation|conf|pnr|contract|meter(?: serial)?|serial|imei|loan|receipt|complaint|incident|voucher|awb|vin|username|licen[cs]e plate|plate)"
)
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE: Final = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?[ ](?:of[ ])?{_MONTH},?[ ]\d{{4}}|{_MONTH}[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{4}})"
_STREET: Final = r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|way|place|pl|terrace|crescent|boulevard|blvd|gardens|square|sq|grove|hill|park|row|mews|parkway|highway|walk|quay|rise|view)"
_NO_STREET_WORD: Final = r"(?!(?:minutes?|mins?|miles?|hours?|hrs?|days?|weeks?|months?|years?|times?|km|metres?|meters?|people|different|more|other|of|in|on|at|to|and|or|the|for|from|by|with|is|was|i|my|your|stores?|items?|emails?|calls?|am|pm|x|percent|star|stars|days'|new|messages?|adults?|pounds?|dollars?)\b)"
_UNIT_NUMBER: Final = (
    r"(?:(?:flat|apt\.?|apartment|unit|suite|ste\.?|room|floor|house)[ ]?#?\w{1,5},?[ ])"
)
_UNIT_AFTER: Final = r"(?:,?[ ](?:flat|apt\.?|apartment|unit|suite|ste\.?|#)[ ]?\w{1,5})?(?:[ ](?:nw|ne|sw|se|n|s|e|w)\b)?"

DETECTORS: Final = (
    _detector("link", r"\bhttps?://(?P<it>[^\s/@]{1,80}@)"),
    _detector("email", r"(?P<it>\b[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4})"),
    _detector(
        "link",
        r"\bhttps?://[^\s?#]{1,300}[?#](?P<it>[^\s]{0,300}?(?:token|session|sess|sid|auth|key|user|uid|e?mail|code|hash|\bh|\be|id|order|ref)=[^\s]{1,600})",
    ),
    _detector(  # a long random path is a key to someone's page
        "link",
        r"\bhttps?://[^\s/]{1,100}/(?:[^\s/?#]{1,60}/){0,4}(?P<it>(?=[a-z]{0,40}\d)[0-9a-f]{16,128})\b",
    ),
    _detector(
        "iban",
        r"(?P<it>\b[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b)",
        is_iban,
        0,
    ),
    _detector(
        "reference", r"\b(?:imei|meid)(?:[ ](?:number|no\.?|is)|:){0,2}[ ](?P<it>\d{14,16})\b"
    ),
    _detector("card", r"(?<![\w-])(?P<it>\d(?:[ -]?\d){12,18})(?![\w-])", is_card),
    _detector(
        "card",
        r"\b(?:card|visa|mastercard|amex)[ ](?:ending|ends|finishing)(?:[ ](?:in|with|on))?[ ](?P<it>\d{4})\b",
    ),
    _detector(
        "secret",
        r"\b(?:cvv|cvc|cv2|security code)(?:[ ](?:is|number|code))?[ :]{1,2}(?P<it>\d{3,4})\b",
    ),
    _detector("secret", r"\bpin(?:[ ](?:is|code|number))?[ :]{1,2}(?P<it>\d{4,8})\b"),
    _detector(
        "secret",
        r"\b(?:password|passcode|passwort|pwd)(?:[ ]?(?:is|was|:|=))+[ ]?(?P<it>(?=\S{0,40}[\d!#$%&*_-])[^\s,]{4,40})",
    ),
    _detector(
        "birth_date",
        rf"\b(?:born|d\.?o\.?b\.?|birth ?(?:day|date)|date of birth|geboren)(?:[ ](?:is|on|am))?[ :]{{1,3}}(?:on[ ])?(?P<it>{_DATE})",
    ),
    _detector(
        "id_number",
        r"(?P<it>\b[a-ceghj-prstw-z][a-ceghj-nprstw-z][ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[a-d]\b)",
    ),
    _detector(
        "id_number", r"(?<![\w-])(?P<it>(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4})(?![\w-])"
    ),
    _detector(
        "id_number",
        rf"\b(?:ssn|social security|national insurance|\bni|passport|driver'?s? licen[cs]e|driving licen[cs]e|licen[cs]e|tax id|nhs|national id|aadhaar|pan card|id card){_IS}(?P<it>[a-z0-9-]{{0,12}}\d[a-z0-9-]{{2,18}}|[a-z]{{2}}(?:[ ]?\d\d){{3}}[ ]?[a-d])\b",
        partial(has_digits, least=4),
    ),
    _detector("account", r"\bsort[ -]?code(?:[ ]is)?[ :]{1,2}(?P<it>\d\d[ -]?\d\d[ -]?\d\d)\b"),
    _detector(
        "account",
        r"\bsort[ -]?code[^\n]{0,24}?\baccount(?:[ ](?:number|no\.?))?[ :]{1,2}(?P<it>\d{6,12})\b",
    ),
    _detector(
        "account",
        r"\b(?:bic|swift)\b[^\n]{0,30}?\baccount(?:[ ](?:number|no\.?))?[ :]{1,2}(?P<it>\d{6,12})\b",
    ),
    _detector("address", r"(?P<it>\bp\.?[ ]?o\.?[ ]box[ ]\d{1,6}\b)"),
    _detector(
        "address",
        rf"(?<![\w/.£$€-])(?P<it>(?:{_UNIT_NUMBER})?\d{{1,5}}[a-z]?,?[ ](?:{_NO_STREET_WORD}[a-z][\w'’.-]{{0,20}}[ ]){{1,4}}{_STREET}\b\.?{_UNIT_AFTER})(?![ ](?:hours|minutes|from|away|of)\b)",
    ),
    _detector("address", r"(?<![\w/.-])(?P<it>\d{1,4}[ ][Tt]he[ ][A-Z][a-z]{2,20})\b", flags=0),
    _detector(
        "address",
        r"(?P<it>\b[A-ZÄÖÜ][a-zäöüß-]{2,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|laan|straat|gracht|plein)[ ]\d{1,4}[a-z]?\b)",
        flags=0,
    ),
    _detector(
        "address",
        r"(?P<it>\b\d{1,4}(?:[ ]?(?:bis|ter))?,?[ ](?:rue|avenue|boulevard|place|chemin|allée|quai)[ ](?:de[ ]|du[ ]|des[ ]|la[ ]|le[ ]|l['’]|d['’]){0,3}[A-ZÀ-Ý][\w'’-]{1,30}(?:[ ][A-ZÀ-Ý][\w'’-]{1,30}){0,2})",
        flags=0,
    ),
    _detector(
        "address",
        r"(?P<it>\b(?:Avenida|Rua|Calle|Via|Piazza|Av\.)[ ](?:de[ ]|del[ ]|da[ ]|do[ ]|la[ ]){0,2}[A-ZÀ-Ý][\w'’-]{1,30}(?:[ ][A-ZÀ-Ý][\w'’-]{1,30}){0,2},?[ ]\d{1,5})\b",
        flags=0,
    ),
    _detector(
        "postcode",
        r"(?P<it>\b(?:gir[ ]?0aa|(?:[a-pr-uwyz]\d{1,2}|[a-pr-uwyz][a-hk-y]\d{1,2}|[a-pr-uwyz]\d[a-hjkps-uw]|[a-pr-uwyz][a-hk-y]\d[abehmnprv-y])[ ]?\d[abd-hjlnp-uw-z]{2})\b)",
    ),
    _detector(
        "postcode", r"(?P<it>\b[abceghj-nprstvxy]\d[abceghj-nprstv-z][ -]\d[abceghj-nprstv-z]\d\b)"
    ),
    _detector(
        "postcode",
        r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),?[ ](?P<it>\d{5}(?:-\d{4})?)\b",
        flags=0,
    ),
    _detector("postcode", r"\b(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT)[ ](?P<it>\d{4})\b", flags=0),
    _detector(
        "postcode",
        r"\b(?:zip(?:[ ]?code)?|post[ ]?code|postal[ ]code|pin[ ]?code|plz)(?:[ ]is|:)?[ ](?P<it>\d{4,6}(?:-\d{4})?)\b",
    ),
    _detector("postcode", r"(?<![\w.£$€#-])(?P<it>\d{4}[ ][A-Z]{2})(?=[ ,]+[A-Z][a-z])", flags=0),
    _detector(
        "postcode",
        r"(?:\d[a-z]?|\b[A-Z][\w'’-]{1,30}),[ ](?P<it>\d{5})(?=[ ][A-ZÄÖÜÀ-Ý][a-zäöüß]{2,20})",
        flags=0,
    ),
    _detector("ip", r"(?<![\w.])(?P<it>(?:\d{1,3}\.){3}\d{1,3})(?![\w.]*\d)", is_public_ip),
    _detector(
        "ip", r"(?<![\w:])(?P<it>(?:[0-9a-f]{1,4}:{1,2}){3,7}[0-9a-f]{1,4})(?![\w:])", is_public_ip
    ),
    _detector("handle", r"(?<![\w@.])(?P<it>@[a-z0-9_](?:[\w.-]{0,58}\w)?)"),
    # References: after the word for the thing, with a digit in them; or in a form that says so.
    _detector(
        "reference",
        rf"\b{_THING}{_IS}(?<![a-z0-9])(?P<it>(?=[a-z/-]{{0,12}}\d)[a-z0-9][a-z0-9/-]{{3,40}}(?:[ ]\d{{3,6}}){{0,3}})(?<![/-])\b(?!%|[.,:]\d)",
        lambda found: has_digits(found, 2) and not _is_plain_year(found),
    ),
    _detector(
        "reference",
        r"(?i:\b(?:booking|reservation|confirmation|conf|record locator|pnr)(?:[ ]?(?:reference|ref|code|number|no\.?|locator|is|:|#))*)[ :#]{1,2}(?P<it>[A-Z0-9]{6})\b",
        flags=0,
    ),
    _detector("reference", r"(?P<it>(?<![\w-])\d{3}-\d{7}-\d{7}(?![\w-]))"),
    _detector(
        "reference",
        r"(?P<it>\b1Z[0-9A-Z]{16}\b|\b[A-Z]{2}\d{9}[A-Z]{2}\b|\bJD\d{16,20}\b)",
        flags=0,
    ),
    _detector(
        "reference",
        r"(?P<it>\b(?:INV|CS|CLM|INC|ORD|REF|TKT|CASE|SR|RMA|PO|CR)[-#/]?\d[\dA-Z/-]{2,20}\b)",
        flags=0,
    ),
    _detector("reference", r"#(?P<it>\d{5,20})\b"),
)

LAST_DETECTORS: Final = (
    # Long numbers that nothing else explains.
    _detector("reference", r"(?<![\w.,/:@£$€+-])(?P<it>\d{9,20})(?![\w%]|[.,:/-]\d)"),
)
"""What is looked for after telephone numbers."""


def _is_plain_year(found: str) -> bool:
    return len(found) == 4 and found[:2] in ("19", "20")
