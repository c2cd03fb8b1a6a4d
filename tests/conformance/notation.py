"""Journeys as data: a compact notation, and its expansion to complete interchange events.

One event is one row of words, `id at what …`; `at` is an instant or an offset from the `start`:

    m1 +0    in  email complaint ref=order:7 | My kettle came broken.    a message of the customer
    r1 +2h   out email substantive promise@+3d/refund                    a reply of the company
    s1 +1d   status solved                                               the helpdesk
    f1 +2d   feedback yes                                                yes, no, or a score 1 to 5
    i1 +2d   same email:ann@example.org x:ann [not] [evidence=agent]     an identity assertion
    e1 +3d   erasure

Signals are plain words; `promise@due/deed`, `pace_request@until`, `prior_contact@channel` and
`info_request?a,b!b` (its `asks`, and after `!` what of it was `given` before) carry values.
`key=value` words set fields: `by` (customer), `ref`, `re` (in_reply_to), `thread`, `topic`, `vis`,
`v` (version), `received`; `auto` and `deleted` are flags.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "journeys"
START = "2025-03-03T09:00:00Z"  # a Monday morning
CUSTOMER = "crm:1001"
PUBLIC = frozenset(["x", "mastodon", "bluesky", "facebook", "instagram", "reddit", "review"])
OFFSET = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(0?)")
ID_PREFIX = {"status": "desk", "feedback": "survey", "same": "ids", "erasure": "erase"}
LISTS = {"by": "customer", "ref": "refs"}
FIELDS = {"re": "in_reply_to", "vis": "visibility", "v": "version", "received": "received_at"}
TEXTS = {
    "complaint": "The kettle you sent me is broken and I want it put right.",
    "chase": "I still have not heard anything. What is going on?",
    "dispute": "No, this does not solve it. The problem is still there.",
    "info_supplied": "Here is what you asked for: order 4711, bought in Leeds.",
    "pace_request": "I am travelling, please give me some more time to check.",
    "new_issue": "Something else: you also charged me twice.",
    "accepts": "It works now, this is solved for me.",
    "thanks": "Thanks.",
    "withdraws": "Please forget my complaint, I take it back.",
    "spam": "Cheap followers at bit.example/win",
    "not_a_complaint": "Just wanted to say that your shop looks lovely.",
    "auto_ack": "We have received your message. Your ticket number is 77.",
    "stock": "Thank you for reaching out. Your satisfaction is important to us.",
    "info_request": "Could you send us the order number, please?",
    "referral": "This is handled by another team, please contact them.",
    "substantive": "We checked your order and a new kettle was dispatched today.",
}


def moment(text: str, start: str) -> datetime:
    """The instant that `text` names: RFC 3339, or an offset such as `+3d2h` from `start`."""
    match = OFFSET.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:5])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return moment(start, start) + (-length if match[1] == "-" else length)


def stamp(text: str, start: str) -> str:
    """`text` as RFC 3339; what is no offset (an instant, a bare date) stays as it is written."""
    if OFFSET.fullmatch(text) is None:
        return text
    return moment(text, start).astimezone(UTC).isoformat().replace("+00:00", "Z")


def signal(word: str, start: str) -> dict[str, Any]:
    """One signal from its word: `stock`, `promise@+3d/refund`, `info_request?order,postcode`."""
    name, _, asked = word.partition("?")
    asks, _, given = asked.partition("!")
    name, _, value = name.partition("@")
    name, _, bare_deed = name.partition("/")
    value, _, deed = value.partition("/")
    out: dict[str, Any] = {"name": name}
    if value:
        key = {"pace_request": "until", "prior_contact": "channel"}.get(name, "due")
        out[key] = stamp(value, start)
    if deed or bare_deed:
        out["deed"] = deed or bare_deed
    if asks:
        out["asks"] = asks.split(",")
    if given:
        out["given"] = given.split(",")
    return out


def expand_row(row: str, start: str, ids: dict[str, str]) -> dict[str, Any]:
    """The complete interchange event of one row."""
    head, _, text = row.partition(" | ")
    short, at, what, *words = head.split()
    event: dict[str, Any] = {"id": ids[short], "kind": what, "at": stamp(at, start)}
    plain = []
    for word in words:
        key, separator, value = word.partition("=")
        if not separator:
            plain.append(word)
        elif key in LISTS:
            event[LISTS[key]] = value.split(",")
        else:
            event[FIELDS.get(key, key)] = value
    event |= {key: int(event[key]) for key in ("version", "reach") if key in event}
    if "received_at" in event:
        event["received_at"] = stamp(event["received_at"], start)
    if "in_reply_to" in event:
        event["in_reply_to"] = ids.get(event["in_reply_to"], event["in_reply_to"])
    if what == "same":
        event |= {"kind": "identity", "same": [word for word in plain if word != "not"]}
        return event | ({"not": True} if "not" in plain else {})
    event.setdefault("customer", [CUSTOMER])
    if what == "status":
        event["status"] = plain[0]
    elif what == "feedback":
        answer = {"yes": True, "no": False}.get(plain[0])
        event |= {"score": int(plain[0])} if answer is None else {"resolved": answer}
    elif what in ("in", "out"):
        fill_message(event, what, plain, text, start)
    return event


def fill_message(event: dict[str, Any], what: str, plain: list[str], text: str, start: str) -> None:
    """Add the fields of a message: direction, channel, visibility, signals, text, flags."""
    channel, *names = plain
    event |= {"kind": "message", "channel": channel}
    event["direction"] = "inbound" if what == "in" else "outbound"
    event.setdefault("visibility", "public" if channel in PUBLIC else "private")
    words = [name for name in names if name not in ("auto", "deleted")]
    event["signals"] = [signal(word, start) for word in words]
    default = TEXTS.get(words[0].split("@")[0].split("?")[0], "") if words else ""
    event["text"] = "" if "deleted" in names else text or default or "About my order: hello?"
    event |= {flag: True for flag in ("auto", "deleted") if flag in names}
    if "auto_ack" in words:
        event["auto"] = True


def full_ids(rows: list[str]) -> dict[str, str]:
    """Short id to the id with its source's prefix; a short id that has one already stays."""
    ids: dict[str, str] = {}
    for row in rows:
        short, _, what, *words = row.split()
        prefix = words[0] if what in ("in", "out") else ID_PREFIX.get(what, what)
        ids.setdefault(short, short if ":" in short else f"{prefix}:{short}")
    return ids


def expand(journey: dict[str, Any]) -> dict[str, Any]:
    """A journey with complete events, absolute times and full ids."""
    start = journey.get("start", START)
    ids = full_ids(journey["events"])
    return {
        "name": journey["name"],
        "rule": journey["rule"],
        "as_of": stamp(journey["as_of"], start),
        "events": [expand_row(row, start, ids) for row in journey["events"]],
        "expect": [expand_expected(case, start, ids) for case in journey["expect"]],
    }


def expand_expected(case: dict[str, Any], start: str, ids: dict[str, str]) -> dict[str, Any]:
    """The keys to check of one case, with absolute times and full ids."""
    out = dict(case)
    for key, value in case.items():
        if key in ("case", "recurrence_of") and value is not None:
            out[key] = ids.get(value, value)
        elif key == "events":
            out[key] = [ids.get(short, short) for short in value]
        elif key.endswith("_at") and value is not None:
            out[key] = stamp(value, start)
    return out


def load_journeys() -> list[tuple[str, dict[str, Any]]]:
    """Every journey of the folder under the name `file/journey`."""
    return [
        (f"{path.stem}/{journey['name']}", expand(journey))
        for path in sorted(FOLDER.glob("*.json"))
        for journey in json.loads(path.read_text(encoding="utf-8"))
    ]
