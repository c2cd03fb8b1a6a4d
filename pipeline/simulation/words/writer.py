"""Puts a text together from the wordings of its signals, the cast and a manner of writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from pipeline.simulation.cast import Cast
from pipeline.simulation.words import companies, customers
from pipeline.simulation.words.manner import POLITE, mannered, spelled

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December")  # fmt: skip
FORMAL: Final = frozenset({"email", "web_form"})
ORDER: Final = ("thanks", "apology", "ownership", "deflection", "new_issue", "prior_contact",
                "complaint")  # fmt: skip
"""What comes first in a text, in this order; what is not named follows as the script has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a text is for: the channel, the day, the theme, and the signals with their values."""

    channel: str
    outbound: bool
    at: datetime
    theme: int
    signals: Sequence[Mapping[str, Any]]


def write(occasion: Occasion, cast: Cast, rng: Random) -> str:
    """Return a text that says what ``occasion`` wants said, as this customer or company would."""
    slots = _slots(occasion, cast, rng)
    if occasion.outbound:
        return _from_company(occasion, cast, slots, rng)
    return _from_customer(occasion, cast, slots, rng)


def write_subject(theme: int, cast: Cast, rng: Random) -> str:
    """Return the subject of a mail about a theme."""
    item = cast.themes[theme].item
    return rng.choice((
        f"My {item}", f"Problem with my {item}", f"Complaint about my {item}", item.capitalize(),
        f"{item.capitalize()}, {cast.industry.number} {cast.orders[theme]}",
    ))  # fmt: skip


def said_day(day: datetime) -> str:
    """Return a day as people write it: ``Tuesday 3 November``."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def said_moment(value: str) -> str:
    """Return a due date or time as people write it; times are in UTC."""
    moment = datetime.fromisoformat(value)
    return said_day(moment) if len(value) == 10 else f"{moment:%H:%M} UTC on {said_day(moment)}"


def _from_customer(occasion: Occasion, cast: Cast, slots: dict[str, str], rng: Random) -> str:
    body = " ".join(_customer_sentence(signal, slots, rng) for signal in _ordered(occasion.signals))
    names = {str(signal["name"]) for signal in occasion.signals}
    if cast.manner == "polite" and occasion.channel in FORMAL and not names & {"spam", "thanks"}:
        body = rng.choice(POLITE) + body
    body = spelled(mannered(body, cast.manner, rng), american=cast.american)
    if occasion.channel in FORMAL and cast.manner != "terse":
        opening = rng.choice(customers.OPENINGS).format_map(slots)
        return f"{opening}\n\n{body}\n\n{rng.choice(customers.CLOSINGS).format_map(slots)}"
    if occasion.channel == cast.platform and rng.random() < 0.8:
        return f"@{cast.domain.removesuffix('.example')} {body}"
    return body


def _from_company(occasion: Occasion, cast: Cast, slots: dict[str, str], rng: Random) -> str:
    names = {str(signal["name"]) for signal in occasion.signals}
    if names == {"auto_ack"}:
        return _kept(cast, "auto_ack", 1, rng).format_map(slots)
    if names == {"stock"}:
        return _kept(cast, "stock", companies.STOCK_OF_A_BRAND, rng).format_map(slots)
    body = spelled(_company_body(occasion, names, slots, cast, rng), american=cast.american)
    if occasion.channel not in FORMAL:
        return f"{body} ^{cast.agent}" if occasion.channel == cast.platform else body
    opening = rng.choice(companies.OPENINGS).format_map(slots)
    return f"{opening}\n\n{body}\n\n{rng.choice(companies.CLOSINGS).format_map(slots)}"


def _company_body(
    occasion: Occasion, names: set[str], slots: dict[str, str], cast: Cast, rng: Random
) -> str:
    sentences: list[str] = []
    for signal in _ordered(occasion.signals):
        name = str(signal["name"])
        if name == "substantive" and names & {"rejection", "promise"}:
            name += "+rejection" if "rejection" in names else "+promise"
        elif name == "rejection" and "substantive" in names:
            continue
        elif name == "promise" and "due" not in signal:
            name = "promise_vague"
        elif name == "stock":
            sentences.append(_kept(cast, name, companies.STOCK_OF_A_BRAND, rng).format_map(slots))
            continue
        sentences.append(rng.choice(companies.WORDINGS[name]).format_map(slots))
    return " ".join(sentences)


def _kept(cast: Cast, name: str, count: int, rng: Random) -> str:
    """Return one of the few texts that the brand keeps for this and sends to everybody."""
    own = Random(f"{cast.brand} {name}").sample(companies.WORDINGS[name], count)
    return rng.choice(own)


def _customer_sentence(signal: Mapping[str, Any], slots: dict[str, str], rng: Random) -> str:
    return rng.choice(customers.WORDINGS[str(signal["name"])]).format_map(slots)


def _ordered(signals: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    def rank(signal: Mapping[str, Any]) -> int:
        name = str(signal["name"])
        return ORDER.index(name) if name in ORDER else len(ORDER)

    return sorted(signals, key=rank)


def _slots(occasion: Occasion, cast: Cast, rng: Random) -> dict[str, str]:
    slots = _facts(occasion.theme, cast)
    slots["date"] = said_day(occasion.at - timedelta(days=rng.randint(1, 3)))
    for name, choices in _choices(occasion.theme, cast):
        slots[name] = rng.choice(choices).format_map(slots)
    slots.update(_values(occasion.signals, slots, rng))
    return slots


def _facts(number: int, cast: Cast) -> dict[str, str]:
    """Return what stays the same in all texts of one journey about one theme."""
    rng = Random(2 * cast.serial + number)
    theme = cast.themes[number]
    slots = {
        "brand": cast.brand, "domain": cast.domain, "first": cast.first, "last": cast.last,
        "item": theme.item, "number": cast.industry.number, "order": cast.orders[number],
        "city": cast.city, "agent": cast.agent, "team": cast.team,
        "n": str(rng.randint(2, 9)), "hour": f"{rng.randint(7, 21)}:{rng.choice(('00', '30'))}",
        "amount": f"{'$' if cast.american else '£'}{rng.randint(9, 480)}.{rng.randint(0, 99):02d}",
        "day": rng.choice(DAYS), "handle2": f"{cast.last.lower()}fan",
    }  # fmt: skip
    slots["fault"] = rng.choice(theme.faults).format_map(slots)
    slots["fault_"] = _uncapitalised(slots["fault"])
    return slots


def _choices(number: int, cast: Cast) -> tuple[tuple[str, tuple[str, ...]], ...]:
    theme = cast.themes[number]
    return ("fix", theme.fixes), ("refusal", theme.refusals), ("deed", companies.DEEDS)


def _values(
    signals: Sequence[Mapping[str, Any]], slots: dict[str, str], rng: Random
) -> dict[str, str]:
    """Return the slots that come from the values of the signals, with defaults for all."""
    asks = [ask for signal in signals for ask in signal.get("asks", ())] or ["order"]
    told = " and ".join(rng.choice(customers.ANSWERS[ask]).format_map(slots) for ask in asks)
    asked = " and ".join(rng.choice(companies.ASKS[ask]).format_map(slots) for ask in asks)
    values = {"answer": told, "answer_cap": told[:1].upper() + told[1:], "ask": asked}
    for signal in signals:
        for name in ("due", "until"):
            if name in signal:
                values[name] = said_moment(signal[name])
        if "channel" in signal:
            values["by_channel"] = rng.choice(customers.BY_CHANNEL[signal["channel"]])
    return values


def _uncapitalised(text: str) -> str:
    keep = text.startswith(("I ", "I'm", "I've"))
    return text if keep else text[:1].lower() + text[1:]
