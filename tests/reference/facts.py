"""From lines to facts: versions, conflicts and clamped clocks (definitions §2 and §8 *Format*)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Raw = Mapping[str, Any]

# "`topic`, `team`: optional labels from a closed list"; "an unknown topic counts as absent".
TOPICS = frozenset({
    "delivery", "billing", "refund", "product", "outage", "account", "cancellation", "staff",
    "website", "repair", "contract", "fraud", "privacy", "booking", "price", "other",
})  # fmt: skip


@dataclass(kw_only=True, eq=False)
class Fact:
    """One event as it counts: all its versions in one, its moment settled."""

    id: str
    at: datetime
    raw: Raw
    flags: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        """Return the id, which is all that one wants to read."""
        return self.id

    @property
    def order(self) -> tuple[datetime, str]:
        """The order of everything: "events sorted by `(at, id)`"."""
        return self.at, self.id

    @property
    def kind(self) -> str:
        """The kind of the event."""
        return str(self.raw["kind"])

    @property
    def signals(self) -> list[Raw]:
        """All signals on the event."""
        return list(self.raw.get("signals") or [])

    @property
    def names(self) -> set[str]:
        """The names of its signals."""
        return {str(one["name"]) for one in self.signals}

    @property
    def inbound(self) -> bool:
        """Whether a customer wrote it."""
        return self.kind == "message" and self.raw["direction"] == "inbound"

    @property
    def outbound(self) -> bool:
        """Whether the company wrote it."""
        return self.kind == "message" and self.raw["direction"] == "outbound"

    @property
    def heard(self) -> bool:
        """Whether a customer wrote it, and neither a machine nor spam that is ignored."""
        return self.inbound and not self.automatic and "spam" not in self.names

    @property
    def public(self) -> bool:
        """Whether anybody can read it."""
        return self.raw.get("visibility") == "public"

    @property
    def automatic(self) -> bool:
        """An automatic message, by its mark or, of a reply, by its response class."""
        return bool(self.raw.get("auto")) or (self.outbound and "auto_ack" in self.names)

    @property
    def customer(self) -> list[str]:
        """The identifiers on it; "identifiers are lower-cased on reading"."""
        return [one.lower() for one in self.raw.get("customer") or []]

    @property
    def topic(self) -> str | None:
        """Its topic, "an unknown topic counts as absent"."""
        topic = self.raw.get("topic")
        return topic if topic in TOPICS else None


def moment(text: str) -> datetime:
    """Return the instant that RFC 3339 text names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def canonical(raw: Raw) -> str:
    """ "canonical JSON is RFC 8785 over the whole event"."""
    return json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _content(raw: Raw) -> str:
    """Return what an event says; when we received it is no part of that."""
    return canonical({name: value for name, value in raw.items() if name != "received_at"})


def clamped(raw: Raw) -> tuple[datetime, bool]:
    """ "`at` more than 5 min after `received_at` is clamped to it and flagged `clock_skew`"."""
    at = moment(raw["at"])
    received = raw.get("received_at")
    if received is not None and at > moment(received) + timedelta(minutes=5):
        return moment(received), True
    return at, False


def facts_of(lines: Iterable[Raw], as_of: datetime) -> list[Fact]:
    """ "**Events after `as_of`** are not yet known and appear nowhere"."""
    by_id: dict[str, list[Raw]] = {}
    for raw in lines:
        if clamped(raw)[0] <= as_of:
            by_id.setdefault(raw["id"], []).append(raw)
    return sorted((_fact(one, raws) for one, raws in by_id.items()), key=lambda fact: fact.order)


def _fact(identity: str, raws: list[Raw]) -> Fact:
    """ "the first `at` is kept, the highest version's content is used"."""
    flags = set()
    versions: dict[int, Raw] = {}
    for raw in sorted(raws, key=canonical):
        number = raw.get("version") or 0
        if number in versions and _content(versions[number]) != _content(raw):
            # "Same id and version, other content: the smallest canonical JSON wins, flagged".
            flags.add("conflict")
        versions.setdefault(number, raw)
    lowest, highest = versions[min(versions)], dict(versions[max(versions)])
    at, skewed = clamped(lowest)
    if skewed:
        flags.add("clock_skew")
    if highest.get("deleted"):
        # "the text goes, the fact stays"; "A later deletion keeps `public`"
        kept = [one for _, one in sorted(versions.items()) if not one.get("deleted")]
        highest = {**(kept or [highest])[-1], "text": "", "deleted": True}
    return Fact(id=identity, at=at, raw=highest, flags=flags)


def heard(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts without the spam in a case's thread, "where it is ignored"."""
    return [one for one in facts if not (one.inbound and "spam" in one.names)]
