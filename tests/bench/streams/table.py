"""The rows on Kafka as a table: events a second of processor time, and as shares of each other."""

from typing import Any

from rich.table import Table

NAMES = {
    "ours": "the worker: decode, fold, judge, tables, PostgreSQL",
    "ours_many": "the same with five times the cases, of which each batch meets few twice",
    "faust_table": "(a) Faust as its tutorial writes it, one table write an event",
    "faust_plain": "(b) Faust, event by event, no state",
    "raw": "(c) aiokafka getmany + msgspec, nothing else",
    "quix": "(d) Quix Streams, event by event, a dict",
    "bulk_fold": "ccm audit's reader, fold and judgement in memory",
    "raw_fold": "(c) with the same fold and judgement",
    "quix_fold": "(d) with the same fold and judgement",
}


def table_of(found: dict[str, Any]) -> Table:
    """Return the table of what `streams` measured."""
    table = Table(title="on Kafka and PostgreSQL, one process a row")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_column("beside it")
    if not found:
        table.add_row("not measured", "", "no broker, or no database")
        return table
    rates = {name: one["events"] / one["cpu"] for name, one in found["rows"].items()}
    for name, rate in rates.items():
        wall = found["rows"][name]["events"] / found["rows"][name]["wall"]
        table.add_row(
            NAMES[name], f"{rate:,.0f} events/s", f"{_shares(name, rates)}{wall:,.0f}/s of wall"
        )
    _add_latency(table, found["latency"])
    _add_recovery(table, found["recovery"])
    return table


def _shares(name: str, rates: dict[str, float]) -> str:
    if name in ("ours", "ours_many"):
        return (
            f"{rates[name] / rates['faust_table']:.1f} × (a), "
            f"{rates[name] / rates['faust_plain']:.0%} of (b); "
        )
    if name == "bulk_fold":
        quix = f", {rates[name] / rates['quix_fold']:.0%} of (d)" if "quix_fold" in rates else ""
        return f"{rates[name] / rates['raw_fold']:.0%} of (c){quix}; "
    return ""


def _add_latency(table: Table, found: dict[str, Any]) -> None:
    table.add_section()
    table.add_row(
        "POST to the ledger, half of the most that all parts do here together",
        f"p50 {found['p50_ms']:,.0f} ms, p99 {found['p99_ms']:,.0f} ms",
        f"{found['rate']:,.0f} of {found['most']:,.0f} events/s, n = {found['events']:,}, "
        f"missing {found['missing']}, sender late by {found['late_ms']:,.0f} ms at most",
    )


def _add_recovery(table: Table, found: dict[str, Any]) -> None:
    table.add_row(
        "kill -9 to the next worker's first batch",
        f"{found['seconds_to_first_batch']:.1f} s",
        f"session timeout 6 s; {max(0, found['events_again_or_unnoted'])} events done again",
    )
    for name, words in (("with_disk", "tables on disk"), ("without_disk", "empty disk")):
        one = found[name]
        table.add_row(
            f"recovery, {words}", f"{one['seconds']:.2f} s", f"{one['nodes']:,} records read"
        )
