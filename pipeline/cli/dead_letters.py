"""`ccm dead-letters`: what could not be read, and another try at it."""

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from pipeline.cli import dead_letters_kafka
from pipeline.cli.common import settings_of
from pipeline.config import Settings
from pipeline.embedded.dead_letters import DeadLetter, retry
from pipeline.rereading import build_reread
from pipeline.wiring import open_inbox, open_letters


def main(arguments: Namespace) -> int:
    """Do what ``arguments.action`` names."""
    if arguments.kafka:
        return dead_letters_kafka.main(arguments, settings_of(arguments))
    return _ACTIONS[arguments.action](arguments, settings_of(arguments))


def _list(arguments: Namespace, settings: Settings) -> int:
    letters = open_letters(settings)
    for letter in letters.letters(retried=arguments.all):
        retried = " (retried)" if letter.retried_at else ""
        print(f"{letter.number:>6}  {letter.at[:19]}Z  {_origin(letter)}{retried}")
        print(f"        {letter.reason}")
    letters.close()
    return 0


def _show(arguments: Namespace, settings: Settings) -> int:
    letters = open_letters(settings)
    letter = letters.show(arguments.number)
    letters.close()
    print(f"number   {letter.number}")
    print(f"at       {letter.at}")
    print(f"origin   {_origin(letter)}")
    print(f"reason   {letter.reason}")
    print(f"retried  {letter.retried_at or 'no'}")
    print(f"raw      {len(letter.raw)} bytes:", flush=True)
    sys.stdout.buffer.write(letter.raw + b"\n")
    sys.stdout.flush()
    return 0


def _retry(arguments: Namespace, settings: Settings) -> int:
    letters, inbox = open_letters(settings), open_inbox(settings)
    chosen = [letters.show(number) for number in arguments.numbers] or letters.letters()
    results = retry(
        chosen,
        kept=letters,
        inbox=inbox,
        reread=build_reread(settings),
        now=datetime.now(UTC),
    )
    letters.close()
    inbox.close()
    for letter, reason in results:
        print(f"{letter.number:>6}  {'back in the inbox' if reason is None else reason}")
    return int(any(reason is not None for _, reason in results))


def _origin(letter: DeadLetter) -> str:
    return f"{letter.origin}, {letter.place}" if letter.place else letter.origin


_ACTIONS: Final[dict[str, Callable[[Namespace, Settings], int]]] = {
    "list": _list,
    "show": _show,
    "retry": _retry,
}
