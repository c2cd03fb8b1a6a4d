"""`ccm dead-letters --kafka`: the same for the topic; a letter's number is its offset.

A topic cannot be written over, so what was retried is noted by a further record.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeline.config import Settings
from pipeline.errors import InputError, StoreError
from pipeline.intake.kafka import KafkaInbox, Producer
from pipeline.rereading import build_reread
from pipeline.scaled import open_log, topics_of
from pipeline.topology.batches import Letter, decode_letter, encode_letter
from pipeline.topology.codec import decode_commands
from pipeline.wiring import build_decode

NOTE: Final = b"retried "
"""Begins the key of a record that notes a retry; the letter's number follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A letter, its number, and when it was retried."""

    number: int
    letter: Letter
    retried_at: datetime | None


def main(arguments: Namespace, settings: Settings) -> int:
    """Do what ``arguments.action`` names."""
    letters = read_letters(settings)
    if arguments.action == "list":
        for one in letters:
            if arguments.all or one.retried_at is None:
                _print_line(one)
        return 0
    if arguments.action == "show":
        return _show(_chosen(letters, arguments.number))
    chosen = [_chosen(letters, number) for number in arguments.numbers]
    return _retry(settings, chosen or [one for one in letters if one.retried_at is None])


def read_letters(settings: Settings) -> Sequence[Numbered]:
    """Return all letters; one that a restarted worker or gateway wrote again, once."""
    log = open_log(settings, lambda topics: topics.dead_letters.name)
    try:
        records = [one for one in log.read(log.ends()) if one.value is not None]
    finally:
        log.close()
    notes: dict[int, datetime] = {}
    letters: dict[tuple[str, bytes | None], tuple[int, Letter]] = {}
    for record in records:
        letter = decode_letter(record.value or b"")
        if (record.key or b"").startswith(NOTE):
            notes[int(letter.origin)] = letter.at
        else:
            letters.setdefault((letter.origin, letter.raw), (record.offset, letter))
    return [
        Numbered(number=number, letter=letter, retried_at=notes.get(number))
        for number, letter in letters.values()
    ]


def _chosen(letters: Sequence[Numbered], number: int) -> Numbered:
    for one in letters:
        if one.number == number:
            return one
    raise StoreError(f"no dead letter {number}; `ccm dead-letters --kafka list` shows the numbers")


def _print_line(one: Numbered) -> None:
    retried = " (retried)" if one.retried_at else ""
    print(f"{one.number:>6}  {one.letter.at:%Y-%m-%dT%H:%M:%SZ}  {one.letter.origin}{retried}")
    print(f"        {one.letter.reason}")


def _show(one: Numbered) -> int:
    letter = one.letter
    print(f"number   {one.number}")
    print(f"at       {letter.at.isoformat()}")
    print(f"origin   {letter.origin}")
    print(f"reason   {letter.reason}")
    print(f"key      {letter.key!r}")
    print(f"retried  {one.retried_at.isoformat() if one.retried_at else 'no'}")
    print(f"raw      {len(letter.raw or b'')} bytes:", flush=True)
    sys.stdout.buffer.write((letter.raw or b"") + b"\n")
    sys.stdout.flush()
    return 0


def _retry(settings: Settings, letters: Sequence[Numbered]) -> int:
    """Send what can be read now to where it belongs; sending it twice does no harm."""
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    again = _Again(settings, producer)
    failed = False
    try:
        for one in letters:
            try:
                again.send(one)
            except InputError as error:
                failed = True
                print(f"{one.number:>6}  {error.reason}")
            else:
                print(f"{one.number:>6}  back in the log")
    finally:
        producer.close()
    return int(failed)


class _Again:
    """Sends letters again, and notes that."""

    def __init__(self, settings: Settings, producer: Producer) -> None:
        topics = topics_of(settings)
        decode = build_decode(settings, settings.policy)
        self._producer = producer
        self._commands = topics.commands.name
        self._dead_letters = topics.dead_letters.name
        self._inbox = KafkaInbox(producer, topics.events.name, decode)
        self._reread = build_reread(settings)

    def send(self, one: Numbered) -> None:
        """Send what the letter holds.

        Raises:
            InputError: it still cannot be read.
        """
        letter, now = one.letter, datetime.now(UTC)
        raw = letter.raw or b""
        if letter.origin.startswith(f"{self._commands}["):
            decode_commands(raw)
            self._producer.send(self._commands, [(letter.key or b"", raw)])
        else:
            self._inbox.append("dead letter", self._reread(letter.origin, raw, letter.at), now)
        note = Letter(reason="retried", origin=str(one.number), at=now, key=None, raw=None)
        self._producer.send(
            self._dead_letters, [(NOTE + str(one.number).encode(), encode_letter(note))]
        )
