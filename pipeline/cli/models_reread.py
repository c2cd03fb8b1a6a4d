"""`ccm models reread`: the texts of a log are read anew; what differs goes into the log."""

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager

from pipeline.cli.common import settings_of
from pipeline.cli.log import appending_to_kafka
from pipeline.config import Settings
from pipeline.domain.events import Reading
from pipeline.domain.verdict import Verdict
from pipeline.embedded.audit import fold, lines_of
from pipeline.embedded.replay import alike_of
from pipeline.embedded.rereading import Move, Reread, reread
from pipeline.wire import encode_event
from pipeline.wiring import build_decode, build_reader, open_inbox, utc_now

SOURCE = "reread"
Send = Callable[[Sequence[Reading]], None]
_Log = tuple[Iterable[bytes], Send]


def main(arguments: Namespace) -> int:
    """Say what changes, and append it to the log unless it is a dry run."""
    settings = settings_of(arguments)
    reader = build_reader(settings.policy, settings.reader)
    with (_kafka if arguments.kafka else _inbox)(settings) as (lines, send):
        folded = fold(
            lines=lines,
            decode=build_decode(settings, settings.policy),
            policy=settings.policy,
            events_max=settings.limits.timeline_events_max,
        )
        counts = alike_of(folded.timelines(), settings.policy) if settings.reader.alike else {}
        parts = reread(
            folded.timelines(),
            reader,
            settings.policy,
            utc_now(),
            arguments.since,
            lambda _: counts,
        )
        total = _Total()
        for part in parts:
            total.add(part)
            for move in part.moves:
                print(_told(move))
            if part.readings and not arguments.dry_run:
                send(part.readings)
    total.tell(reader.version, is_dry=arguments.dry_run)
    return 0


class _Total:
    """How much was read, and how much of it anew."""

    def __init__(self) -> None:
        self._texts = self._moves = 0
        self._models: Counter[str | None] = Counter()

    def add(self, part: Reread) -> None:
        """Count a part."""
        self._texts += part.texts
        self._moves += len(part.moves)
        self._models.update(part.models)

    def tell(self, version: str, *, is_dry: bool) -> None:
        """Print what was counted."""
        for model, count in sorted(self._models.items(), key=str):
            before = (
                f"{model} became {version}" if model else f"read for the first time by {version}"
            )
            print(f"{count} texts: {before}")
        done = "would be" if is_dry else "are"
        print(
            f"{self._texts} texts read, {self._models.total()} say something else, "
            f"{self._moves} cases {done} moved"
        )


def _told(move: Move) -> str:
    return f"{move.case}: {_verdict(move.before)} -> {_verdict(move.after)}"


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "no case"
    return verdict.outcome + (f", first-time-right {verdict.ftr}" if verdict.ftr else "")


@contextmanager
def _inbox(settings: Settings) -> Iterator[_Log]:
    inbox = open_inbox(settings)

    def send(readings: Sequence[Reading]) -> None:
        inbox.append(SOURCE, [encode_event(one) for one in readings], utc_now())

    try:
        yield lines_of(inbox, inbox.last_offset()), send
    finally:
        inbox.close()


@contextmanager
def _kafka(settings: Settings) -> Iterator[_Log]:
    from pipeline.scaled import open_log

    log = open_log(settings, lambda topics: topics.events.name)
    with closing(log), appending_to_kafka(settings) as append:
        yield (
            log.lines(log.ends()),
            lambda readings: append(SOURCE, [encode_event(one) for one in readings]),
        )
