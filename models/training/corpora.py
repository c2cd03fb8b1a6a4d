"""The corpora whose licence lets weights that are trained on them ship.

Our own texts lie in this package; the public sets are read from a directory that the caller names
and are never copied. Of the public sets only the labels that we wrote ourselves are ours, kept by
id in ``models/data``.
"""

import csv
import json
import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from models.reading import Direction, Passage, Text
from models.training.example import LABELS, Example

OWN: Final = Path(__file__).resolve().parent.parent / "data"
_INNOCENT: Final = frozenset({"not_a_complaint"})
_GRIEVANCES: Final = frozenset({"complaint", "dispute", "chase", "threat", "external"})
REAL_WEIGHT: Final = 2.0
"""What people wrote to companies counts double: most of what is learnt from was written for it."""

NARRATIVES: Final = 150
NARRATIVE_CHARS: Final = 700
SENTENCES: Final = 250


def load_own(folder: Path = OWN / "own") -> list[Example]:
    """Our own texts, every file of the folder; every signal of their direction is known."""
    found: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        direction: Direction = "outbound" if path.name.startswith("outbound") else "inbound"
        found += [
            _own(json.loads(line), direction) for line in path.read_text("utf-8").splitlines()
        ]
    return found


def _own(row: dict[str, Any], direction: Direction) -> Example:
    kinds = ("industry", "channel", "region")
    return Example(
        text=Text(
            id=row["id"],
            text=row["text"],
            direction=direction,
            context=_context(row.get("context") or ()),
            at=datetime.fromisoformat(row["at"]) if row.get("at") else None,
            zone=row.get("zone") or "UTC",
        ),
        group=f"{direction}-{row['group']}",
        source="own",
        names=frozenset(signal["name"] for signal in row["signals"]),
        known=frozenset(LABELS[direction]),
        severity=row.get("severity"),
        theme=row.get("theme"),
        slices=tuple((kind, row[kind]) for kind in kinds if row.get(kind)),
    )


def _context(rows: Any) -> tuple[Passage, ...]:
    return tuple(Passage(direction=row["direction"], text=row["text"]) for row in rows)


# --------------------------------------------------------------------------------- public, Train


def load_public(data: Path) -> list[Example]:
    """The public sets marked for training, below ``data``."""
    return [*load_care(data), *load_narratives(data), *load_sentences(data)]


def load_care(data: Path, labels: Path = OWN / "care" / "labels.jsonl") -> list[Example]:
    """Customers and agents on Twitter (care-conversations, Apache-2.0), labelled by us by id."""
    if not labels.exists():
        return []
    told = {row["id"]: row for row in map(json.loads, labels.read_text("utf-8").splitlines())}
    return [
        Example(
            text=text,
            group=f"care-{group}",
            source="care",
            names=frozenset(told[text.id]["signals"]),
            known=frozenset(LABELS[text.direction]),
            severity=told[text.id].get("severity"),
            weight=REAL_WEIGHT,
            slices=(("channel", "x"),),
        )
        for group, text in care_texts(data)
        if text.id in told
    ]


def care_texts(data: Path) -> Iterator[tuple[str, Text]]:
    """Every message of care-conversations in its thread, with the session that it belongs to."""
    raw = (data / "care-conversations" / "dev.json").read_text("utf-8")
    # The file escapes a "<" that JSON does not let it escape.
    for talk in json.loads(re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", raw)):
        header, last = talk["dialogHeader"], talk["agentURL"]
        turns: list[tuple[str, Direction, str]] = [
            (turn["tweet_ID"], "outbound" if "agent" in turn else "inbound", turn["message"])
            for turn in talk["dialogContent"]
        ]
        turns.append((last["tweet_ID"], "outbound", last["url_utterance"]))
        for number, (name, direction, words) in enumerate(turns):
            context = tuple(Passage(direction=way, text=said) for _, way, said in turns[:number])
            yield (
                header["sessionID"],
                Text(id=name, text=words, direction=direction, context=context),
            )


def load_narratives(data: Path) -> list[Example]:
    """Complaints to the CFPB (public domain): every one is a complaint, the rest is unknown."""
    with (data / "cfpb" / "complaints.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Consumer complaint narrative"]]
    rows.sort(key=lambda row: row["Complaint ID"])
    drawn = random.Random(1).sample(rows, min(NARRATIVES, len(rows)))  # noqa: S311  # a sample
    return [
        Example(
            text=Text(
                id=f"cfpb-{row['Complaint ID']}",
                text=re.sub(r"X{2,}", "", row["Consumer complaint narrative"])[:NARRATIVE_CHARS],
                direction="inbound",
            ),
            group=f"cfpb-{row['Complaint ID']}",
            source="cfpb",
            names=frozenset({"complaint"}),
            known=frozenset({"complaint", "not_a_complaint", "spam", "thanks", "accepts"}),
            weight=0.5,
            slices=(("channel", "web_form"), ("industry", "finance")),
        )
        for row in drawn
    ]


def load_sentences(data: Path) -> list[Example]:
    """Sentences of mails (email-intent, Apache-2.0): none of them is a grievance."""
    lines = (data / "email-intent" / "train.txt").read_text("utf-8", "replace").splitlines()
    told = sorted({line.split("\t", 1)[-1].strip() for line in lines})
    drawn = random.Random(1).sample(told, min(SENTENCES, len(told)))  # noqa: S311  # a sample
    return [
        Example(
            text=Text(id=f"intent-{number}", text=words, direction="inbound"),
            group=f"intent-{number}",
            source="intent",
            names=frozenset(),
            known=_GRIEVANCES | {"prior_contact", "withdraws"},
            weight=0.5,
        )
        for number, words in enumerate(drawn)
    ]
