"""How fast channels are read beside the bare parsers, and how well replies are cut out of mails.

``python -m tests.bench.channels`` prints both; `make bench` does so, too. Rates are of processor
time on one core. Payloads of JSON are those of the contract's rigs. Accuracy is over the public
gold pairs, if they lie beside the checkout; a library that is not installed has no row (talon: `pip
install talon` into the environment).
"""

import csv
import io
import json
import os
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from pipeline.channels import mail, twcs
from pipeline.channels.company import Company
from pipeline.channels.quoting import strip_quoted
from pipeline.domain.events import Event
from pipeline.errors import InputError
from pipeline.payloads import Payload
from pipeline.wire import encode_event
from tests.contract.rigs import rigs
from tests.contract.test_channels import parser
from tests.unit.channels import tails

REPEATS: Final = 3
PAYLOADS: Final = 2_000
AT: Final = datetime(2026, 11, 26, tzinfo=UTC)
JSON_KINDS: Final = frozenset({
    "bluesky", "chatwoot", "freshdesk", "mastodon", "meta", "reddit", "reviews", "salesforce",
    "webhook", "x", "x-messages", "x-posts", "zammad", "zendesk",
})  # fmt: skip
MAILS: Final = 1_000
POSTS: Final = 20_000
REPOSITORY: Final = Path(__file__).resolve().parents[2]
SHARED: Final = Path(os.environ.get("CCM_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
HOW: Final = mail.MailSettings(company=Company(domains=frozenset({"acme.example"})))
_SENTENCE: Final = "I have been waiting for my parcel since last week and nobody tells me where. "


def measure() -> dict[str, Any]:
    """Return every figure."""
    own, public = own_mails(MAILS), public_mails()
    posts = own_posts(POSTS)
    return {
        "mails": _mails(own),
        "public_mails": _mails(public) if public else None,
        "posts": {
            "n": POSTS,
            "ours": _rate([posts], twcs.parse) * POSTS,
            "csv": _rate([posts], _csv_alone) * POSTS,
        },
        "payloads": _payloads(),
        "replies": _replies(),
        "tails": _tails(),
    }


def own_mails(count: int) -> list[bytes]:
    """Return mails as customers send them: plain replies, two alternatives, HTML alone."""
    return [_mail(number) for number in range(count)]


def _mail(number: int) -> bytes:
    said = _SENTENCE * (3 + number % 8)
    quoted = "\r\n".join(f"> {_SENTENCE}" for _ in range(6))
    text = (
        f"{said}\r\n\r\nAnn\r\n\r\nOn Mon, 16 Nov 2026 at 09:00, Help <h@acme.example> wrote:\r\n"
    )
    text += f"{quoted}\r\n"
    html = f"<html><body><p>{said}</p><p>Ann</p><blockquote>{quoted}</blockquote></body></html>"
    head = (
        f"Received: from a.example by mx.acme.example; Mon, 16 Nov 2026 10:00:00 +0000\r\n"
        f"From: Ann <ann{number}@example.org>\r\nTo: help@acme.example\r\n"
        f"Message-ID: <m{number}@example.org>\r\nDate: Mon, 16 Nov 2026 09:59:00 +0000\r\n"
        f"References: <a{number}@acme.example>\r\nSubject: Re: order #{number}\r\n"
        "MIME-Version: 1.0\r\n"
    )
    if number % 3 == 0:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    if number % 3 == 1:
        return f"{head}Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    parts = f"--x\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
    parts += f"--x\r\nContent-Type: text/html\r\n\r\n{html}\r\n--x--\r\n"
    return f'{head}Content-Type: multipart/alternative; boundary="x"\r\n\r\n{parts}'.encode()


def public_mails() -> list[bytes]:
    """Return the public fixtures that can be read; none where they are not at hand."""
    found = []
    for path in sorted((SHARED / "email").rglob("*.eml")):
        raw = path.read_bytes()
        try:
            mail.parse(raw, HOW)
        except InputError:
            continue
        found.append(raw)
    return found


def own_posts(count: int) -> bytes:
    """Return a social export: every second row the company's answer."""
    rows = [",".join(twcs.COLUMNS)]
    for number in range(count):
        is_customer = number % 2 == 0
        author = f"c{number % 997}" if is_customer else "AcmeHelps"
        parent = "" if is_customer else str(number - 1)
        rows.append(
            f"{number},{author},{is_customer},Tue Oct 31 22:10:47 +0000 2017,"
            f'"@AcmeHelps {_SENTENCE}",,{parent}'
        )
    return "\n".join(rows).encode()


def _csv_alone(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode())))


def _mails(raws: Sequence[bytes]) -> dict[str, float]:
    return {
        "n": len(raws),
        "bytes": sum(map(len, raws)) / len(raws),
        "ours": _rate(raws, lambda raw: mail.parse(raw, HOW)),
        "parser": _rate(raws, message_from_bytes),
        "texts": _rate(raws, _stdlib_text),
    }


def _stdlib_text(raw: bytes) -> object:
    """What the standard library offers for the same end: headers decoded, the body as text."""
    try:
        message = message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain", "html"))
        names = ("From", "To", "Subject", "Date", "Message-ID", "References")
        return [str(message[name]) for name in names], body and body.get_content()
    except Exception:
        return None


def _rate(items: Sequence[Any], read: Callable[[Any], object]) -> float:
    best = float("inf")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(REPEATS):
            began = time.process_time()
            for item in items:
                read(item)
            best = min(best, time.process_time() - began)
    return len(items) / best


# ---------------------------------------------------------------------------------------- payloads


def _payloads() -> dict[str, dict[str, float]]:
    """Return, for each kind that is sent JSON, how fast it is read beside ``json.loads`` alone."""
    found = {}
    for rig in rigs():
        if rig.kind in JSON_KINDS:
            read = parser(rig)
            raws = [rig.make(number) for number in range(PAYLOADS)]
            some = [Payload(raw=raw, where="bench", at=AT) for raw in raws]
            found[rig.kind] = {
                "n": PAYLOADS,
                "bytes": sum(map(len, raws)) / PAYLOADS,
                "ours": _rate(some, read),
                "lines": _rate(some, _with_lines(read)),
                "json": _rate(raws, json.loads),
            }
    return found


def _with_lines(read: Callable[[Payload], Iterable[Event]]) -> Callable[[Payload], object]:
    return lambda one: [encode_event(event) for event in read(one)]


# ----------------------------------------------------------------------------------------- replies


def _extractors() -> dict[str, Callable[[str], str]]:
    """Return every way of cutting a reply out that is installed."""
    from email_reply_parser import EmailReplyParser

    found: dict[str, Callable[[str], str]] = {
        "ccm": strip_quoted,
        "email-reply-parser": EmailReplyParser.parse_reply,
    }
    try:
        from mailparser_reply import EmailReplyParser as Multilingual

        languages = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "cs"]
        found["mail-parser-reply"] = lambda text: str(
            Multilingual(languages=languages).parse_reply(text=text)
        )
    except ImportError:
        pass
    try:
        from talon import quotations

        found["talon (quotations)"] = quotations.extract_from_plain
    except ImportError:
        pass
    return found


def _tails() -> dict[str, dict[str, float]]:
    """Return how each cuts what mail programs of thirty languages write below; our own samples."""
    groups = (tails.ATTRIBUTIONS, tails.BLOCKS, tails.SIGNATURES)
    pairs = [(f"{_SENTENCE}\n\n{one}", _SENTENCE) for group in groups for one in group.values()]
    return {name: _accuracy(pairs, cut) for name, cut in _extractors().items()}


def _replies() -> dict[str, dict[str, float]]:
    folder = SHARED / "email" / "reply-trimmer"
    if not folder.is_dir():
        return {}
    pairs = [
        (path.read_text(), (folder / "trimmed" / path.name).read_text())
        for path in sorted((folder / "emails").iterdir())
    ]
    return {name: _accuracy(pairs, cut) for name, cut in _extractors().items()}


def _accuracy(pairs: Iterable[tuple[str, str]], cut: Callable[[str], str]) -> dict[str, float]:
    """Return how many are exact, word for word, and how many words are right and kept."""
    exact = n = 0
    right = said = gold_words = 0
    pairs = list(pairs)
    for text, gold in pairs:
        found = cut(text) or ""
        n += 1
        exact += found.split() == gold.split()
        a, b = (Counter(re.findall(r"\w+", one)) for one in (found, gold))
        right, said, gold_words = right + (a & b).total(), said + a.total(), gold_words + b.total()
    precision, recall = right / max(said, 1), right / max(gold_words, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    rate = _rate([text for text, _ in pairs], cut)
    return {"n": n, "exact": exact, "f1": f1, "recall": recall, "per_s": rate}


# ------------------------------------------------------------------------------------------- tables


def tables(found: dict[str, Any]) -> list[Table]:
    """Return the figures for people."""
    speed = Table("what", "a second", "beside it", title="channels, one core")
    for name in ("mails", "public_mails"):
        one = found[name]
        if one is None:
            continue
        label = f"{name.replace('_', ' ')} ({one['n']}, {one['bytes']:,.0f} bytes each)"
        beside = (
            f"{one['ours'] / one['parser']:.0%} of the standard library's parser alone "
            f"({one['parser']:,.0f}), {one['ours'] / one['texts']:.1f} × its headers and text "
            f"by policy.default ({one['texts']:,.0f})"
        )
        speed.add_row(label, f"{one['ours']:,.0f}", beside)
    posts = found["posts"]
    speed.add_row(
        f"posts of an export ({posts['n']:,})",
        f"{posts['ours']:,.0f}",
        f"{posts['ours'] / posts['csv']:.0%} of the csv module alone ({posts['csv']:,.0f})",
    )
    replies = _reply_table("replies: public gold pairs", found["replies"])
    below = _reply_table("replies: our own tails in thirty languages", found["tails"])
    payloads = Table(
        "kind", "bytes", "a second", "of json.loads", "with the line", title="payloads"
    )
    for name, one in found["payloads"].items():
        payloads.add_row(
            name,
            f"{one['bytes']:,.0f}",
            f"{one['ours']:,.0f}",
            f"{one['ours'] / one['json']:.0%} ({one['json']:,.0f})",
            f"{one['lines']:,.0f}",
        )
    return [speed, payloads, below, *([replies] if found["replies"] else [])]


def _reply_table(title: str, found: dict[str, dict[str, float]]) -> Table:
    table = Table("library", "exact", "word F1", "own words kept", "a second", title=title)
    for name, one in found.items():
        table.add_row(
            name,
            f"{one['exact']:.0f} of {one['n']:.0f}",
            f"{one['f1']:.3f}",
            f"{one['recall']:.1%}",
            f"{one['per_s']:,.0f}",
        )
    return table


if __name__ == "__main__":
    figures = measure()
    if "--json" in sys.argv:
        print(json.dumps(figures))
    else:
        for table in tables(figures):
            Console().print(table)
