"""What goes wrong between the source and us. It never touches what really happened.

Works on one journey at a time with a generator of its own, so that switching noise on leaves the
journeys as they were.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from pipeline.simulation.gold import rfc3339
from pipeline.simulation.plan import Noise
from pipeline.simulation.stage import Journey, Told
from pipeline.simulation.words.manner import with_typo

SKEW: Final = (6 * 60, 5 * 3600)
"""How far a wrong clock runs ahead, in seconds: beyond the 5 min that are tolerated (§2)."""
RESEND_WAIT_MAX: Final = 3 * 86_400
EDIT_WAIT_MAX: Final = 6 * 3600
AWAY: Final = (
    "I am out of the office and will read your message when I am back.",
    "Automatic reply: I am on holiday. Your mail is not forwarded.",
    "This mailbox is not read this week.",
)
BAD_LINES: Final[tuple[bytes, ...]] = (
    b'{"id": "x:1", "kind": "message", "at": "2026-10-01T10:00:00Z", "text": "torn off he',
    b"not json at all",
    b"[1, 2, 3]",
    b'"a string"',
    b'{"kind": "message"}',
    b'{"id": "bad:1", "kind": "gossip", "at": "2026-10-01T10:00:00Z", "customer": ["x:bad"]}',
    b'{"id": "bad:2", "kind": "status", "at": "yesterday", "customer": ["x:bad"], '
    b'"status": "open"}',
    b'{"id": 7, "kind": "status", "at": "2026-10-01T10:00:00Z", "customer": ["x:bad"], '
    b'"status": "open"}',
    b'{"id": "bad:3", "kind": "status", "at": "2026-10-01T10:00:00", "customer": ["x:bad"], '
    b'"status": "open"}',
    b'{"id": "bad:4", "kind": "feedback", "at": "2026-10-01T10:00:00Z", "customer": ["x:bad"], '
    b'"score": 9}',
    b'{"id": "bad:5", "kind": "status", "at": "2026-10-01T10:00:00Z", "customer": [], '
    b'"status": "open"}',
    b'{"id": "bad:6", "kind": "message", "at": "2026-10-01T10:00:00Z", "customer": ["x:bad"], '
    b'"channel": "x", "visibility": "secret", "direction": "inbound", "text": "?"}',
    b"\xff\xfe\x00 no utf-8",
)


def disturb(
    journey: Journey, noise: Noise, until: datetime, rng: Random, counts: Counter[str]
) -> Journey:
    """Return ``journey`` as it reaches us through ``noise``; ``counts`` grows by what was done."""
    told = list(journey.told)
    cases = journey.cases
    if noise.auto_replies:
        cases = _with_auto_replies(journey, told, noise, until, rng, counts)
    seen = [one for each in told for one in _disturbed(each, noise, until, rng, counts)]
    if noise.late:
        seen = [_delayed(one, noise.late, rng) for one in seen]
    return Journey(
        index=journey.index,
        script=journey.script,
        customers=journey.customers,
        told=tuple(seen),
        cases=cases,
    )


def draw_bad_line(noise: Noise, rng: Random, counts: Counter[str]) -> bytes | None:
    """Return a line that is no event, as often as ``noise`` says; else None."""
    if noise.bad_lines and rng.random() < noise.bad_lines:
        counts["bad_lines"] += 1
        return rng.choice(BAD_LINES)
    return None


def _disturbed(
    told: Told, noise: Noise, until: datetime, rng: Random, counts: Counter[str]
) -> Iterator[Told]:
    """Yield one event with what noise makes of it, one thing at most and nothing after the end."""
    choices: tuple[tuple[str, float, Callable[[Told, Random], list[Told]]], ...] = (
        ("duplicates", noise.duplicates, _duplicated),
        ("edits", noise.edits * _is_text(told), _edited),
        ("deletions", noise.deletions * _is_post(told), _deleted),
        ("conflicts", noise.conflicts * _is_text(told), _conflicting),
        ("skewed", noise.skewed, _skewed),
    )
    drawn = rng.random()
    for name, share, change in choices:
        if drawn < share:
            made = change(told, rng)
            if any(one.at > until for one in made):
                break
            counts[name] += 1
            yield from made
            return
        drawn -= share
    yield told


def _is_text(told: Told) -> bool:
    return bool(told.body.get("text"))


def _is_post(told: Told) -> bool:
    return told.body.get("visibility") == "public" and told.body["direction"] == "inbound"


def _duplicated(told: Told, rng: Random) -> list[Told]:
    return [told, _at(told, told.body, told.at, arrives=_later(told.arrives, rng))]


def _edited(told: Told, rng: Random) -> list[Told]:
    at = told.at + timedelta(seconds=rng.randint(30, EDIT_WAIT_MAX))
    body = {**told.body, "version": 1, "at": rfc3339(at)}
    first = {**told.body, "text": with_typo(str(told.body["text"]), rng)}
    body.pop("received_at", None)
    return [_at(told, first, told.at, told.arrives), _at(told, body, at, at)]


def _deleted(told: Told, rng: Random) -> list[Told]:
    at = told.at + timedelta(seconds=rng.randint(30, RESEND_WAIT_MAX))
    body = {**told.body, "version": 1, "at": rfc3339(at), "deleted": True, "text": ""}
    body.pop("received_at", None)
    return [told, _at(told, body, at, at)]


def _conflicting(told: Told, rng: Random) -> list[Told]:
    body = {**told.body, "text": f"{told.body['text']} "}
    return [told, _at(told, body, told.at, arrives=_later(told.arrives, rng))]


def _skewed(told: Told, rng: Random) -> list[Told]:
    """Tell a time that is too late; ``received_at`` is when it really happened."""
    wrong = told.at + timedelta(seconds=rng.randint(*SKEW))
    body = {**told.body, "at": rfc3339(wrong), "received_at": rfc3339(told.at)}
    return [_at(told, body, told.at, told.at)]


def _with_auto_replies(
    journey: Journey, told: list[Told], noise: Noise, until: datetime, rng: Random,
    counts: Counter[str],
) -> dict[str, tuple[list[str], dict[str, Any]]]:  # fmt: skip
    """Add out-of-office notices to ``told``; return the cases with them."""
    cases = {label: (list(ids), truth) for label, (ids, truth) in journey.cases.items()}
    for one in journey.told:
        at = one.at + timedelta(seconds=5)
        if not _is_mail_of_company(one) or at > until or rng.random() >= noise.auto_replies:
            continue
        counts["auto_replies"] += 1
        told.append(_away(one, at, rng))
        for ids, _ in cases.values():
            if one.body["id"] in ids:
                ids.append(str(told[-1].body["id"]))
                ids.sort()
    return cases


def _is_mail_of_company(told: Told) -> bool:
    return (
        told.body.get("channel") == "email"
        and told.body["direction"] == "outbound"
        and not told.body.get("auto")
    )


def _away(told: Told, at: datetime, rng: Random) -> Told:
    kept = ("customer", "channel", "visibility", "thread", "refs", "topic", "kind")
    body = {name: told.body[name] for name in kept if name in told.body}
    serial = str(told.body["id"]).removeprefix("email:<")
    body |= {"id": f"email:<away-{serial}", "at": rfc3339(at), "direction": "inbound",
             "text": rng.choice(AWAY), "auto": True, "in_reply_to": told.body["id"],
             "signals": []}  # fmt: skip
    return Told(body=body, at=at, arrives=at, gold=[])


def _at(told: Told, body: dict[str, Any], at: datetime, arrives: datetime) -> Told:
    return Told(body=body, at=at, arrives=arrives, gold=told.gold)


def _later(at: datetime, rng: Random) -> datetime:
    return at + timedelta(seconds=rng.randint(1, RESEND_WAIT_MAX))


def _delayed(told: Told, late: timedelta, rng: Random) -> Told:
    wait = rng.random() * late
    return Told(body=told.body, at=told.at, arrives=told.arrives + wait, gold=told.gold)
