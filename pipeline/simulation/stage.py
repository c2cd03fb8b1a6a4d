"""Performs a script with a cast: out come events of the interchange format, and the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from pipeline.simulation.cast import Cast
from pipeline.simulation.gold import draw_up, emitted, rfc3339
from pipeline.simulation.script import Script, Step, offsets, parse_seconds
from pipeline.simulation.words.writer import Occasion, write, write_subject

DAY: Final = 86_400
LINK_WAIT_MAX: Final = 2 * DAY
"""Longest time from the post until somebody links it to the private side, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as its source tells it.

    ``body`` is the JSON object; ``gold`` the signals that its text carries (None where it has no
    text); ``arrives`` when it reaches us.
    """

    body: dict[str, Any]
    at: datetime
    arrives: datetime
    gold: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One customer's way through the channels, and what must be said of it.

    ``cases`` holds, by label, the ids of the case's events and the keys of the verdict.
    """

    index: int
    script: str
    customers: tuple[str, ...]
    told: tuple[Told, ...]
    cases: Mapping[str, tuple[list[str], dict[str, Any]]]


def draw_offsets(script: Script, rng: Random) -> list[int]:
    """Return when each step of ``script`` happens, in seconds after the opening."""
    return offsets(script.steps, [rng.randint(*step.delay) for step in script.steps])


def perform(
    script: Script, cast: Cast, opened: datetime, happens: Sequence[int], rng: Random
) -> Journey:
    """Return the journey that ``script`` tells of ``cast``.

    Args:
        script: what happens.
        cast: to whom.
        opened: when it begins.
        happens: when each step happens, in seconds after that.
        rng: draws the words and the rest.
    """
    stage = _Stage(script=script, cast=cast, opened=opened, rng=rng)
    for number, (step, seconds) in enumerate(zip(script.steps, happens, strict=True)):
        stage.play(number, step, opened + timedelta(seconds=seconds))
    stage.link()
    told = tuple(sorted(stage.told, key=lambda one: (one.at, str(one.body["id"]))))
    return Journey(
        index=cast.serial,
        script=script.name,
        customers=tuple(sorted({one for each in told for one in each.body.get("customer", ())})),
        told=told,
        cases={
            label: (sorted(ids), stage.truth_of(script.truth[label]))
            for label, ids in stage.members.items()
        },
    )


@dataclass(slots=True, kw_only=True)
class _Stage:
    """What has happened so far."""

    script: Script
    cast: Cast
    opened: datetime
    rng: Random
    told: list[Told] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
    first: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    spoken: set[str] = field(default_factory=set)
    posted: Told | None = None
    answerable: str | None = None

    def play(self, number: int, step: Step, at: datetime) -> None:
        """Let one step happen."""
        if step.side == "status":
            told = self._status(number, step, at)
        elif step.side == "feedback":
            told = self._feedback(number, step, at)
        else:
            told = self._message(number, step, at)
        self._note(step, told)

    def link(self) -> None:
        """Let somebody say that the public and the private side are one person, where needed."""
        kind = self._link()
        if kind not in ("identity", "thread", "retracted") or not self._is_on_both_sides():
            return
        assert self.posted is not None
        at = self.posted.at + timedelta(seconds=self.rng.randint(60, LINK_WAIT_MAX))
        at = min(at, max(one.at for one in self.told))
        if kind == "thread":
            self._link_by_thread(at)
            return
        self._assert(at, "link")
        if kind == "retracted":
            self._assert(at + timedelta(hours=1), "unlink", retracts=True)

    def truth_of(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return the keys of the verdict with times and cases in the places of their labels."""
        return {name: self._resolved(value) for name, value in told.items()}

    # ----------------------------------------------------------------------------- the three kinds

    def _message(self, number: int, step: Step, at: datetime) -> Told:
        channel = self._channel(step)
        gold = [draw_up(said, at) for said in step.signals]
        inbound = step.side == "in"
        theme = "ab".index(step.theme)
        body: dict[str, Any] = {
            "id": self._id(channel, number),
            "kind": "message",
            "at": rfc3339(at),
            "customer": self._customer(step, channel),
            "channel": channel,
            "visibility": "public" if step.is_public else "private",
            "direction": "inbound" if inbound else "outbound",
            "text": self._text(channel, step, at, theme, gold),
            "lang": "en-US" if self.cast.american else "en-GB",
            "thread": self._thread(step),
            "topic": self.cast.themes[theme].topic,
            "signals": [] if "unsaid" in step.options else [emitted(one) for one in gold],
        }
        if self._carries_ref():
            body["refs"] = ["order:" + self.cast.orders[theme].lower()]
        if channel in ("email", "web_form"):
            body["subject"] = write_subject(theme, self.cast, self.rng)
        self._add_details(body, step)
        return _told(body, at, [emitted(one) for one in gold], step, self.rng)

    def _add_details(self, body: dict[str, Any], step: Step) -> None:
        if "auto" in step.options:
            body["auto"] = True
        if step.side == "out":
            body["team"] = self.cast.team
        if not step.is_public:
            return
        if step.side == "in":
            body["reach"] = self.cast.reach
        elif self.answerable is not None:
            body["in_reply_to"] = self.ids.get(step.options.get("cites", ""), self.answerable)

    def _status(self, number: int, step: Step, at: datetime) -> Told:
        body = {
            "id": self._id("status", number),
            "kind": "status",
            "at": rfc3339(at),
            "customer": [self._private()],
            "status": step.lane,
            "thread": self._ticket(),
            "team": self.cast.team,
        }
        return _told(body, at, None, step, self.rng)

    def _feedback(self, number: int, step: Step, at: datetime) -> Told:
        said = {"yes": {"resolved": True, "score": 5}, "no": {"resolved": False, "score": 1}}
        body = {
            "id": self._id("survey", number),
            "kind": "feedback",
            "at": rfc3339(at),
            "customer": [self._private()],
            "thread": self._ticket(),
            **(said[step.lane] if step.lane in said else {"score": int(step.lane)}),
        }
        return _told(body, at, None, step, self.rng)

    # ---------------------------------------------------------------------------------- who is who

    def _link(self) -> str:
        return self.cast.link if self.script.link == "any" else self.script.link

    def _carries_ref(self) -> bool:
        if self.script.refs != "drawn":
            return self.script.refs == "always"
        if self._is_on_both_sides():
            return self._link() == "ref"
        return self.cast.carries_ref and len(self.script.truth) == 1

    def _is_on_both_sides(self) -> bool:
        lanes = {step.lane.rstrip("2") for step in self.script.steps if step.side in ("in", "out")}
        return bool(lanes & {"post", "dm"}) and not lanes <= {"post", "dm"}

    def _customer(self, step: Step, channel: str) -> list[str]:
        if step.lane.startswith(("post", "dm")):
            states = self._link() == "stated" and self._is_on_both_sides() and step.side == "in"
            return [self.cast.public, self._private()] if states else [self.cast.public]
        if channel == "phone":
            return [self.cast.phone, self.cast.email]
        return [self._private()]

    def _private(self) -> str:
        return self.cast.email if self._is_on_a_desk() else self.cast.public

    def _is_on_a_desk(self) -> bool:
        return any(not step.lane.startswith(("post", "dm")) for step in self.script.steps)

    def _link_by_thread(self, at: datetime) -> None:
        """Tell the customer, in private and inside the mail's ticket, that both were joined."""
        text = f"We have added your post to your ticket. {self.cast.brand}"
        body = {
            "id": self._id(self.cast.platform, 90),
            "kind": "message",
            "at": rfc3339(at),
            "customer": [self.cast.public],
            "channel": self.cast.platform,
            "visibility": "private",
            "direction": "outbound",
            "text": text,
            "thread": self._ticket(),
            "auto": True,
            "signals": [{"name": "auto_ack"}],
        }
        self.told.append(Told(body=body, at=at, arrives=at, gold=[{"name": "auto_ack"}]))
        self.members["a"].append(str(body["id"]))

    def _assert(self, at: datetime, name: str, *, retracts: bool = False) -> None:
        body: dict[str, Any] = {
            "id": f"crm:{name}-{self.cast.serial}",
            "kind": "identity",
            "at": rfc3339(at),
            "same": [self._private(), self.cast.public],
            "evidence": "crm",
        }
        if retracts:
            body["not"] = True
        self.told.append(Told(body=body, at=at, arrives=at))

    # -------------------------------------------------------------------- where and in which words

    def _channel(self, step: Step) -> str:
        lane = step.lane.rstrip("2")
        if lane in ("post", "dm"):
            return self.cast.platform
        if lane == "desk":
            lane = {"web_form": "form"}.get(self.cast.desk, self.cast.desk)
        if lane == "form":
            return "web_form" if step.side == "in" and step.lane not in self.spoken else "email"
        return "email" if lane in ("mail", "email") else lane

    def _thread(self, step: Step) -> str:
        second = "-2" if step.lane.endswith("2") else ""
        if step.lane.startswith("post"):
            return f"{self.cast.platform}-status:{self.cast.serial}{second}"
        if step.lane.startswith("dm"):
            return f"{self.cast.platform}-dm:{self.cast.serial}{second}"
        return self._ticket() + second

    def _ticket(self) -> str:
        return f"ticket:{self.cast.serial}"

    def _id(self, channel: str, number: int) -> str:
        serial = f"{self.cast.serial}{number:02d}"
        if channel == "email":
            return f"email:<{serial}@{self.cast.domain}>"
        return f"{channel.replace('web_form', 'form')}:{serial}"

    def _text(
        self, channel: str, step: Step, at: datetime, theme: int, gold: list[dict[str, Any]]
    ) -> str:
        self.spoken.add(step.lane)
        occasion = Occasion(
            channel=channel, outbound=step.side == "out", at=at, theme=theme, signals=gold
        )
        return write(occasion, self.cast, self.rng)

    # ----------------------------------------------------------------------------------- the truth

    def _note(self, step: Step, told: Told) -> None:
        name = str(told.body["id"])
        self.told.append(told)
        self.members.setdefault(step.case, []).append(name)
        self.first[step.case] = min(self.first.get(step.case, (told.at, name)), (told.at, name))
        if step.label:
            self.times[step.label] = told.at
            self.ids[step.label] = name
        if step.is_public and step.side == "in":
            self.answerable = name
            self.posted = self.posted or told

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            label, plus, later = value[1:].partition("+")
            moment = self.times[label] + timedelta(seconds=parse_seconds(later) if plus else 0)
            return rfc3339(moment)
        if isinstance(value, str) and value.startswith("case "):
            return self.first[value.removeprefix("case ")][1]
        return value


def _told(
    body: dict[str, Any], at: datetime, gold: list[dict[str, Any]] | None, step: Step, rng: Random
) -> Told:
    wait = parse_seconds(step.options["late"]) if "late" in step.options else rng.randint(1, 90)
    arrives = at + timedelta(seconds=wait)
    if wait > 60:
        body["received_at"] = rfc3339(arrives)
    return Told(body=body, at=at, arrives=arrives, gold=gold)
