"""The sets that judge: never in weights, thresholds or the choice of a model."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from models.reading import RESPONSE_CLASSES, Direction, Passage, Text
from models.training.example import LABELS, Example

LABELS_OF_THREADS: Final = Path(__file__).resolve().parent.parent / "data" / "threads"
HELD_OUT: Final = "held-out.jsonl"
"""Labels of threads that nobody who built the reader had seen."""
CONTEXT_MAX: Final = 6
_RANDOM: Final = frozenset({"random_reply", "random_tweet"})
_KNOWN: Final = frozenset({"complaint"})


def load_threads(data: Path, labels: str = "labels-a.jsonl") -> list[Example]:
    """Labelled threads, each text in its thread: one of two passes over the development threads, or
    ``HELD_OUT``."""
    told = {
        row["tweet_id"]: row["signals"]
        for row in map(json.loads, (LABELS_OF_THREADS / labels).read_text("utf-8").splitlines())
    }
    with (data / "twcs" / "threads.csv").open(encoding="utf-8", newline="") as file:
        tweets = {row["tweet_id"]: row for row in csv.DictReader(file)}
    found = []
    for name, signals in told.items():
        chain = list(_before(name, tweets))
        direction = _direction(tweets[name])
        found.append(
            Example(
                text=Text(
                    id=name,
                    text=tweets[name]["text"],
                    direction=direction,
                    context=tuple(reversed(chain[:CONTEXT_MAX])),
                ),
                group=_root(name, tweets),
                source="threads",
                names=frozenset(signals),
                known=_known(direction, signals),
                slices=(("channel", "x"),),
            )
        )
    return found


def _known(direction: Direction, signals: list[str]) -> frozenset[str]:
    known = frozenset(LABELS[direction])
    classed = direction == "inbound" or bool(set(signals) & set(RESPONSE_CLASSES))
    return known if classed else known - set(RESPONSE_CLASSES)


def _direction(row: dict[str, str]) -> Direction:
    return "inbound" if row["inbound"] == "True" else "outbound"


def _before(name: str, tweets: dict[str, dict[str, str]]) -> Iterator[Passage]:
    """The messages before one, the latest first."""
    parent = tweets[name]["in_response_to_tweet_id"].removesuffix(".0")
    while parent in tweets:
        row = tweets[parent]
        yield Passage(direction=_direction(row), text=row["text"])
        parent = row["in_response_to_tweet_id"].removesuffix(".0")


def _root(name: str, tweets: dict[str, dict[str, str]]) -> str:
    while (parent := tweets[name]["in_response_to_tweet_id"].removesuffix(".0")) in tweets:
        name = parent
    return name


def load_acl2019(data: Path) -> list[Example]:
    """Tweets, complaint or not, in nine domains; slice ``directed`` tells whether to a company."""
    with (data / "complaints-acl2019" / "complaints.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        _tweet(
            row["tweet_id"],
            row["text"],
            row["label"] == "1",
            (("directed", str(row["domain"] not in _RANDOM)), ("domain", row["domain"])),
        )
        for row in rows
    ]


def load_2015(data: Path) -> list[Example]:
    """Airline and telecom tweets, complaint or not."""
    found = []
    for domain in ("airlines", "telecom"):
        path = data / "complaints-2015" / f"{domain}_set1_finalLabels.csv"
        with path.open(encoding="latin-1", newline="") as file:
            found += [
                _tweet(
                    f"{domain}-{number}",
                    row["text"],
                    float(row["finalLabel"]) == 1,
                    (("domain", domain),),
                )
                for number, row in enumerate(csv.DictReader(file))
                if row["finalLabel"]
            ]
    return found


def _tweet(name: str, words: str, complains: bool, slices: tuple[tuple[str, str], ...]) -> Example:
    return Example(
        text=Text(id=name, text=words, direction="inbound"),
        group=name,
        source="tweets",
        names=_KNOWN if complains else frozenset(),
        known=_KNOWN,
        slices=slices,
    )
