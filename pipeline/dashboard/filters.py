"""What a list is narrowed by, in words, where no field of its form shows it; ready-made views."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline.dashboard import words
from pipeline.dashboard.asking import Asked, query_of
from pipeline.domain.measures import DEFINITIONS

SHOWN: Final = frozenset({
    "channel", "theme", "team", "from", "to", "last", "q", "outcome", "route", "left_in", "open",
    "waiting", "page",
})  # fmt: skip
"""Fields of the form; all others go along hidden, and are told in words."""
VIEWS: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("Waiting in public", {"waiting": True, "public": True}),
    ("Open promises", {"promised": True}),
    ("Broken promises, last 4 weeks", {"promise": "broken", "last": 4}),
    ("Solved only after going public, last 13 weeks", {"outcome": "escalation_only", "last": 13}),
    ("Public and not over", {"route": "escalated", "unfinished": True}),
    ("Run-around", {"figure": "run_around", "part": "yes"}),
    ("Came back after confirmation", {"figure": "recurrence", "part": "yes"}),
)
"""Lists that people ask for again and again."""
PARTS: Final = {
    "all": "counted for “{}”", "yes": "in the numerator of “{}”", "no": "known failures of “{}”",
}  # fmt: skip
SWITCHES: Final = {
    "promised": "with a promise still to be kept", "false_pause": "with a false pause",
}  # fmt: skip


def kept_fields(asked: Asked) -> list[tuple[str, str]]:
    """Return the fields of the address that the form does not show."""
    return [(name, value) for name, value in query_of(asked).items() if name not in SHOWN]


def told_filters(asked: Asked) -> list[tuple[str, str]]:
    """Return what the form does not show, in words, each with the address without it."""
    return list(_told(asked))


def _told(asked: Asked) -> Iterator[tuple[str, str]]:
    which = asked.which
    if which.figure is not None:
        label = DEFINITIONS[which.figure].label
        yield PARTS[which.part].format(label), asked.at("/cases", figure=None, part="all")
    for name, table, told in (
        ("ftr", words.FTR, "{}"),
        ("why", words.WHY, "not counted: {}"),
        (
            "confirmed_by",
            {"explicit": "the customer's word", "silent": "silence"},
            "confirmed by {}",
        ),
        ("promise", words.PROMISES, "with a promise {}"),
        ("band", {}, "posted to followers: {}"),
    ):
        value = getattr(which, name)
        if value is not None:
            yield told.format(words.named(table, value)), asked.at("/cases", **{name: None})
    if which.public is not None:
        place = "waiting in public" if which.public else "not waiting in public"
        yield place, asked.at("/cases", public=None)
    if which.paused is not None:
        told = "in a false pause now" if which.paused else "in no false pause now"
        yield told, asked.at("/cases", paused=None)
    for name, told in SWITCHES.items():
        if getattr(which, name):
            yield told, asked.at("/cases", **{name: False})
