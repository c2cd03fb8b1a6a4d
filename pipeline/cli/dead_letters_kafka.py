"""`ccm dead-letters --kafka`: the same for the topic; a letter's number is its offset."""

import sys
from argparse import Namespace
from datetime import UTC, datetime

from pipeline.config import Settings
from pipeline.errors import InputError, StoreError
from pipeline.intake.kafka import KafkaInbox, Producer
from pipeline.scaled import open_log, topics_of
from pipeline.topology.batches import Letter, decode_letter
from pipeline.wiring import build_decode

Letters = dict[int, Letter]


def main(arguments: Namespace, settings: Settings) -> int:
    """Do what ``arguments.action`` names."""
    letters = read_letters(settings)
    if arguments.action == "list":
        for number, letter in letters.items():
            print(f"{number:>6}  {letter.at:%Y-%m-%dT%H:%M:%SZ}  {letter.origin}")
            print(f"        {letter.reason}")
        return 0
    if arguments.action == "show":
        return _show(arguments.number, _chosen(letters, arguments.number))
    return _retry(settings, {n: _chosen(letters, n) for n in arguments.numbers} or letters)


def read_letters(settings: Settings) -> Letters:
    """Return all letters by offset; one that a restarted worker wrote again, once."""
    log = open_log(settings, lambda topics: topics.dead_letters.name)
    try:
        seen: set[bytes | None] = set()
        letters: Letters = {}
        for record in log.read(log.ends()):
            if record.value is not None and record.key not in seen:
                letters[record.offset] = decode_letter(record.value)
                seen.add(record.key)
        return letters
    finally:
        log.close()


def _chosen(letters: Letters, number: int) -> Letter:
    if number not in letters:
        raise StoreError(
            f"no dead letter {number}; `ccm dead-letters --kafka list` shows the numbers"
        )
    return letters[number]


def _show(number: int, letter: Letter) -> int:
    print(f"number   {number}")
    print(f"at       {letter.at.isoformat()}")
    print(f"origin   {letter.origin}")
    print(f"reason   {letter.reason}")
    print(f"key      {letter.key!r}")
    print(f"raw      {len(letter.raw or b'')} bytes:", flush=True)
    sys.stdout.buffer.write((letter.raw or b"") + b"\n")
    sys.stdout.flush()
    return 0


def _retry(settings: Settings, letters: Letters) -> int:
    """Send what can be read now to the events topic; sending an event twice does no harm."""
    kafka, decode = settings.kafka, build_decode(settings, settings.policy)
    producer = Producer(kafka.bootstrap, kafka.delivery_seconds)
    inbox = KafkaInbox(producer, topics_of(settings).events.name, decode)
    failed = False
    for number, letter in letters.items():
        try:
            inbox.append("dead letter", [letter.raw or b""], datetime.now(UTC))
        except InputError as error:
            failed = True
            print(f"{number:>6}  {error.reason}")
        else:
            print(f"{number:>6}  back in the log")
    producer.close()
    return int(failed)
