"""`ccm`, the command line: one module a command, imported when it is asked for."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path

from pipeline.cli import examples
from pipeline.errors import MonitorError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0 well, 1 a finding or failure, 2 wrong usage."""
    arguments = build_parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = import_module(arguments.module).main
    try:
        return command(arguments)
    except MonitorError as error:
        print(f"ccm: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has had enough; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"ccm: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, with help that teaches by example."""
    parser = argparse.ArgumentParser(
        prog="ccm",
        description="Tells which complaints were put right at first contact, and which only after "
        "they went public.",
        epilog=examples.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_replay(commands)
    _add_read(commands)
    _add_simulate(commands)
    _add_audit(commands)
    _add_report(commands)
    _add_risk(commands)
    _add_dead_letters(commands)
    _add_link(commands)
    _add_erase(commands)
    _add_channels(commands)
    _add_alerts(commands)
    _add_models(commands)
    _add_scaled(commands)
    return parser


class _Version(argparse.Action):
    """Print the version that is installed; looked up only when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and stop")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and end the process."""
        parser.exit(message=f"ccm {metadata.version('complaint-channel-monitor')}\n")


Commands = argparse._SubParsersAction  # argparse has no public name for it


def _command(
    commands: "Commands[argparse.ArgumentParser]", name: str, summary: str, examples: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(module=f"pipeline.cli.{name.replace('-', '_')}")
    return parser


def _add_run(commands: "Commands[argparse.ArgumentParser]") -> None:
    run = _command(commands, "run", "run the monitor: one process, no broker", examples.RUN)
    _add_config(run)
    run.add_argument("--demo", action="store_true", help="feed it with simulated traffic")
    run.add_argument(
        "--load",
        nargs="+",
        type=Path,
        default=(),
        metavar="PATH",
        help="take these files in first: events, mailboxes, social exports, as `replay` does",
    )
    _add_address(run)


def _add_replay(commands: "Commands[argparse.ArgumentParser]") -> None:
    replay = _command(
        commands, "replay", "evaluate files and write one verdict a line", examples.REPLAY
    )
    replay.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or directories")
    replay.add_argument(
        "--as-of", type=_time, metavar="T", help="moment of the verdicts, RFC 3339 (default: now)"
    )
    replay.add_argument(
        "--policy", type=Path, metavar="F", help="TOML file with the tables [policy], [calendar]"
    )
    replay.add_argument("--config", type=Path, metavar="F", help="TOML file of settings")
    replay.add_argument("--out", type=Path, metavar="F", help="file to write (default: stdout)")


def _add_read(commands: "Commands[argparse.ArgumentParser]") -> None:
    read = _command(commands, "read", "say what texts from stdin say, one a line", examples.READ)
    read.add_argument("--json", action="store_true", help="the lines are JSON objects")
    read.add_argument("--config", type=Path, metavar="F", help="TOML file of settings")


def _add_simulate(commands: "Commands[argparse.ArgumentParser]") -> None:
    summary = "write journeys whose true verdicts are known"
    simulate = _command(commands, "simulate", summary, examples.SIMULATE)
    simulate.add_argument("--journeys", type=int, default=1_000, metavar="N", help="how many")
    simulate.add_argument(
        "--seed", type=int, default=1, metavar="S", help="the same seed, the same"
    )
    simulate.add_argument("--out", type=Path, required=True, metavar="F", help="events, JSON lines")
    simulate.add_argument("--truth", type=Path, metavar="F", help="the true verdicts, JSON lines")
    simulate.add_argument(
        "--until", type=_time, metavar="T", help="moment at which the truth holds, RFC 3339"
    )
    simulate.add_argument(
        "--noise",
        choices=("none", "rough"),
        default="none",
        help="rough: duplicates, edits, deletions, skewed clocks, bad lines, late arrival",
    )
    simulate.add_argument(
        "--unread", action="store_true", help="without signals: the texts are to be read"
    )


def _add_audit(commands: "Commands[argparse.ArgumentParser]") -> None:
    summary = "recompute from the log and compare with the ledger; exit 1 on any difference"
    audit = _command(commands, "audit", summary)
    _add_config(audit)
    audit.add_argument("--kafka", action="store_true", help="the log in Kafka, the shared ledger")


def _add_report(commands: "Commands[argparse.ArgumentParser]") -> None:
    report = _command(commands, "report", "make the weekly report", examples.REPORT)
    _add_config(report)
    report.add_argument(
        "--week", metavar="W", help="ISO week such as 2026-W47 (default: the last that has ended)"
    )
    report.add_argument(
        "--format",
        choices=("html", "pdf", "csv", "json"),
        help="default: as the suffix of --out says, else html",
    )
    report.add_argument("--out", type=Path, metavar="F", help="file to write (default: stdout)")
    report.add_argument(
        "--internal",
        action="store_true",
        help="withhold nothing: for readers who may see every case",
    )
    report.add_argument(
        "--mail",
        action="store_true",
        help="mail it to report.recipients, if that was not done; with --week in any case",
    )


def _add_risk(commands: "Commands[argparse.ArgumentParser]") -> None:
    risk = _command(commands, "risk", "say which open cases may go public next", examples.RISK)
    actions = risk.add_subparsers(metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("list", help="the open cases that stand out, and why")
    listed.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most")
    trained = actions.add_parser("train", help="fit the warning on your own cases")
    measured = actions.add_parser("evaluate", help="how good the warning is on cases not seen")
    trained.add_argument(
        "--simulated", action="store_true", help="on simulated customers instead (needs --out)"
    )
    trained.add_argument("--out", type=Path, metavar="F", help="file (default: DIR/risk.json)")
    measured.add_argument(
        "--threads", type=Path, metavar="CSV", help="an export of real threads to measure on, too"
    )
    measured.add_argument("--labels", type=Path, metavar="F", help="their signals, JSON lines")
    for action in (trained, measured):
        action.add_argument("--journeys", type=int, default=12_000, metavar="N", help="simulated")
        action.add_argument("--seed", type=int, default=1, metavar="S", help="of the simulation")
    for action in (listed, trained, measured):
        _add_config(action)


def _add_dead_letters(commands: "Commands[argparse.ArgumentParser]") -> None:
    letters = _command(commands, "dead-letters", "list, show and retry bad input", examples.DEAD)
    _add_config(letters)
    letters.add_argument("--kafka", action="store_true", help="those of the topic in Kafka")
    actions = letters.add_subparsers(metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("list", help="one line each, the latest last")
    listed.add_argument("--all", action="store_true", help="those already retried as well")
    shown = actions.add_parser("show", help="reason, origin and raw bytes of one")
    shown.add_argument("number", type=int)
    retried = actions.add_parser("retry", help="read the bytes again")
    retried.add_argument("numbers", type=int, nargs="*")
    for action in (listed, shown, retried):
        # Both places are natural, and what stands behind the action must not undo the other.
        _add_config(action, default=argparse.SUPPRESS)
        action.add_argument(
            "--kafka", action="store_true", default=argparse.SUPPRESS, help="as before the action"
        )


def _add_link(commands: "Commands[argparse.ArgumentParser]") -> None:
    summary = "review probable links between public and private complaints"
    link = _command(commands, "link", summary, examples.LINK)
    actions = link.add_subparsers(metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("list", help="what may be one, why, and what would follow")
    listed.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most")
    confirmed = actions.add_parser("confirm", help="the two customers are one")
    rejected = actions.add_parser("reject", help="they are not; takes back a confirmation")
    for action in (confirmed, rejected):
        action.add_argument("public", metavar="PUBLIC", help="the case that began in public")
        action.add_argument("private", metavar="PRIVATE", help="the earlier, private case")
    for action in (listed, confirmed, rejected):
        _add_config(action)
        action.add_argument("--kafka", action="store_true", help="the log in Kafka")


def _add_erase(commands: "Commands[argparse.ArgumentParser]") -> None:
    summary = "forget a customer: texts and identifiers go, the verdict stays"
    erase = _command(commands, "erase", summary, examples.ERASE)
    erase.add_argument("identifiers", nargs="+", metavar="IDENTIFIER", help="scheme:value")
    _add_config(erase)
    erase.add_argument("--kafka", action="store_true", help="the log in Kafka")


def _add_channels(commands: "Commands[argparse.ArgumentParser]") -> None:
    channels = _command(
        commands, "channels", "list and try the configured channels", examples.CHANNELS
    )
    _add_config(channels)
    actions = channels.add_subparsers(metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("list", help="name, kind, how it comes in, when it last did")
    listed.add_argument("--kafka", action="store_true", help="how far `ccm connect` has come")
    checked = actions.add_parser("check", help="try each and say what is wrong")
    checked.add_argument("names", nargs="*", metavar="NAME", help="only these")
    known = actions.add_parser("kinds", help="what can be connected, and how it is written")
    known.add_argument("kind", nargs="?", metavar="KIND", help="show the table of this one")
    for action in (listed, checked, known):
        _add_config(action, default=argparse.SUPPRESS)


def _add_alerts(commands: "Commands[argparse.ArgumentParser]") -> None:
    alerts = _command(commands, "alerts", "who is told of which cases", examples.ALERTS)
    actions = alerts.add_subparsers(metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("list", help="what holds now, and who was told")
    tested = actions.add_parser("test", help="send a sample to each receiver; say what is wrong")
    tested.add_argument("names", nargs="*", metavar="NAME", help="only these")
    rules = actions.add_parser("rules", help="the rules of Prometheus, from the settings, as YAML")
    rules.add_argument("--out", type=Path, metavar="F", help="file to write (default: stdout)")
    ran = actions.add_parser("run", help="tell of cases: a process of its own, beside workers")
    _add_address(ran)
    for action in (listed, tested, rules, ran):
        _add_config(action)


def _add_models(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add what is done with the models; the action NAME stands in ``pipeline/cli/models_NAME``."""
    models = _command(commands, "models", "the models that read texts", examples.MODELS)
    actions = models.add_subparsers(metavar="ACTION", required=True)
    _model_action(actions, "list", "the models that are installed, and what they are made from")
    evaluate = _model_action(actions, "evaluate", "every figure of the model card, measured now")
    bench = _model_action(actions, "bench", "fine-tune in domain, each tenth judged by the rest")
    train = _model_action(actions, "train", "make a model anew; needs the extra `train`")
    for action in (evaluate, bench, train):
        action.add_argument("--data", type=Path, metavar="DIR", help="where the public sets lie")
        action.add_argument(
            "--encoder", metavar="E", help="another encoder: a folder, a hub's name"
        )
        action.add_argument("--seed", type=int, default=1, metavar="S")
    evaluate.add_argument("--model", default="auto", metavar="M", help="auto, rules, or a folder")
    evaluate.add_argument(
        "--no-held-out",
        dest="held_out",
        action="store_false",
        help="leave out the threads that nobody looked at: while you still choose",
    )
    evaluate.add_argument("--card", type=Path, metavar="F", help="write the model card there")
    evaluate.add_argument(
        "--in-domain", type=Path, metavar="DIR", help="fine-tune under ten folds, too; kept there"
    )
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="the new model")
    train.add_argument("--folds", type=int, default=4, metavar="N")
    bench.add_argument(
        "--keep", type=Path, default=Path("bench-results"), metavar="DIR", help="for what is done"
    )
    for action in (evaluate, bench):
        action.add_argument("--tuned", type=int, default=6, metavar="N", help="layers that learn")
        action.add_argument("--epochs", type=int, default=3, metavar="N")
        action.add_argument(
            "--start", type=Path, metavar="F", help="encoder.pt of a training to start folds from"
        )
    reread = _model_action(actions, "reread", "read all texts of a log anew, into the log")
    _add_config(reread)
    reread.add_argument("--kafka", action="store_true", help="the log in Kafka")
    reread.add_argument(
        "--since", type=_time, metavar="T", help="only texts written since then, RFC 3339"
    )
    reread.add_argument(
        "--dry-run", action="store_true", help="say what would change, write nothing"
    )


def _model_action(
    actions: "Commands[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + "."
    )
    parser.set_defaults(module=f"pipeline.cli.models_{name}")
    return parser


def _add_scaled(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add the parts of the monitor on Kafka and PostgreSQL."""
    topics = _command(commands, "topics", "create and check the topics in Kafka", examples.TOPICS)
    _add_config(topics)
    topics.add_argument("action", choices=("create", "check", "describe"))
    _add_config(_command(commands, "worker", "fold and judge what is in Kafka", examples.WORKER))
    _add_config(
        _command(commands, "reader", "read texts that workers leave to it", examples.READER)
    )
    connect = _command(
        commands, "connect", "fetch what the channels bring, into Kafka", examples.CONNECT
    )
    _add_config(connect)
    _add_address(connect)
    for name, summary in (
        ("gateway", "take complaints over HTTP into Kafka"),
        ("dashboard", "show the pages of the shared ledger"),
    ):
        part = _command(commands, name, summary)
        _add_config(part)
        _add_address(part)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8080; 0: a free one)")


def _add_config(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="F", default=default, help="TOML file of settings"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default,
        help="inbox, state and ledger (default: ./ccm-data)",
    )


def _time(told: str) -> datetime:
    """Return an aware UTC time; argparse shows the message of the error."""
    try:
        at = datetime.fromisoformat(told)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(
        f"found {told!r}; write a time with an offset, such as 2026-11-30T00:00:00Z"
    )
