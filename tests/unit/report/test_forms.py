"""The forms of a report say the same, and nothing that customers wrote runs in any of them."""

import csv
import io
import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from pipeline.domain.rates import Figure
from pipeline.report import FORMATS, Edition, Report, render
from pipeline.report.csv import COLUMNS, safe
from pipeline.report.telling import duration, percent, quoted
from pipeline.wire import plain
from tests.unit.report.fakes import failed, half_year, many, report_of

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> #eval("1") $x$ \\u{202e} @acme'
STEADY = [20, 21, 19, 20, 22, 18, 20, 21, 19, 20, 21, 19]
INTERNAL = Edition(company="Acme & Söhne", shared=False, base_url="https://monitor.acme.example/")


def a_report(edition: Edition = INTERNAL, **more: Any) -> Report:
    waits = {"private_wait": 90_000, "public_wait": 3_600, "reach": 5_000}
    cases = [
        *half_year(STEADY), *many(30, "escalation_only", facts=waits),
        *failed(20, facts={"topic": "refund"}),
    ]  # fmt: skip
    return report_of(cases, edition=edition, **more)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())


@pytest.fixture(scope="module")
def report() -> Report:
    """Twelve steady weeks and thirty customers who went public."""
    return a_report()


@pytest.mark.parametrize("how", FORMATS)
@pytest.mark.parametrize("cases", [[], many(1), many(3, "open"), many(2, "not_counted")])
def test_there_is_something_to_read_of_any_ledger(how: str, cases: list[object]) -> None:
    """Empty, one case, only open cases, only spam: each in each form, shared or not."""
    for edition in (Edition(), INTERNAL):
        assert len(render(report_of(cases, edition=edition), how)) > 100  # type: ignore[arg-type]  # verdicts by parameter


def test_the_page_begins_with_the_sentence(report: Report) -> None:
    """Then the numbers that it rests on, with n, policy and moment."""
    html = render(report, "html").decode()
    told = text_of(html)
    heading = re.search(r"<h1>(.*?)</h1>", html)
    assert heading is not None
    assert heading[1].replace("\u2011", "-") == report.sentence
    assert f"n = {report.whole['eor_escalated'].n}" in told
    assert "Policy 2026.1. As of 2 July 2026" in told
    assert "ccm report --week 2026-W10" in told
    assert "Complaints at Acme &amp; Söhne" in told


def test_nothing_on_the_page_is_loaded_or_run(report: Report) -> None:
    """No script, no address to load from; the policy allows the page's own style sheet alone."""
    html = render(report, "html").decode()
    assert "<script" not in html
    assert not re.search(r"\s(src|srcset)=|@import|url\(", html)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html
    assert not re.search(r"<[^>]* style=", html)


def test_what_customers_wrote_stays_text() -> None:
    """In each form, whatever it looks like: markup, formulas, commands of the typesetter."""
    texts = {f"chase:{n}": HOSTILE for n in range(20)} | {"bad0:1": "=1+1"}
    report = a_report(texts=texts | {f"bad{w}:{n}": HOSTILE for w in range(12) for n in range(30)})
    assert any(HOSTILE in one.quotes for one in report.causes)
    html = render(report, "html").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html
    assert render(report, "pdf").startswith(b"%PDF-")
    assert HOSTILE in json.loads(render(report, "json"))["causes"]["items"][0]["quotes"]


def test_quotations_are_one_short_line_without_control_characters() -> None:
    """A hundred kilobytes, turned directions and bells become a line that can be read."""
    assert quoted("a\u202eb\u2066c\x07d\x00 \n\n e") == "abcd e"
    assert len(quoted("long " * 20_000)) <= 200
    assert quoted("word " * 100).endswith("…")
    assert quoted("\u0645\u0631\u062d\u0628\u0627 ok") == "\u0645\u0631\u062d\u0628\u0627 ok"
    assert quoted("   ") == ""


def test_the_pdf_is_accessible_and_names_itself(report: Report) -> None:
    """PDF/UA-1, with title, language, structure and embedded fonts; the same bytes each time."""
    pdf = render(report, "pdf")
    assert b"pdfuaid:part>1<" in pdf
    assert b"/Lang" in pdf
    assert b"/MarkInfo" in pdf
    assert b"/FontFile" in pdf
    assert b"/Image" not in pdf.replace(b"/ImageC", b"").replace(b"/ImageB", b"").replace(
        b"/ImageI", b""
    )
    assert "Complaints at Acme &amp; Söhne, week 10 of 2026".encode() in pdf
    assert render(report, "pdf") == pdf


@pytest.mark.parametrize(("paper", "width"), [("a4", b"595."), ("us-letter", b"612 ")])
def test_the_pdf_is_set_for_the_paper_that_is_at_hand(paper: Any, width: bytes) -> None:
    """A4, or Letter where that lies in the printer; in points."""
    assert b"/MediaBox[0 0 " + width in render(a_report(Edition(paper=paper)), "pdf")


def test_the_table_is_tidy(report: Report) -> None:
    """A header, one figure a line, the same columns; the numbers are those of the figures."""
    rows = list(csv.DictReader(io.StringIO(render(report, "csv").decode(), newline="")))
    assert set(rows[0]) == set(COLUMNS)
    assert len({(row["week"], row["cell"], row["figure"]) for row in rows}) == len(rows)
    found = {(row["week"], row["cell"], row["figure"]): row for row in rows}
    figure = report.whole["eor_escalated"]
    row = found["2025-W37/2026-W10", "all", "eor_escalated"]
    assert (float(row["value"]), int(row["n"]), row["kind"]) == (figure.value, figure.n, "range")
    assert (row["policy"], row["as_of"]) == ("2026.1", "2026-07-02T10:00:00Z")
    week = found["2026-W10", "week", "ftr"]
    assert float(week["low"]) == report.figures.weeks[-1]["ftr"].low


def test_withheld_figures_have_no_numbers_in_the_table() -> None:
    """Not even their n."""
    small = report_of([*half_year(STEADY), *many(4, "escalation_only")])
    rows = list(csv.DictReader(io.StringIO(render(small, "csv").decode(), newline="")))
    withheld = [row for row in rows if row["kind"] == "withheld"]
    names = {row["figure"] for row in withheld if row["cell"] == "all"}
    assert {"eor_escalated", "outcome escalation_only", "route escalated"} <= names
    for row in withheld:
        assert row["n"] == "" or "hides" in row["figure"]
        assert (row["value"], row["low"], row["high"], row["count"]) == ("", "", "", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Spreadsheets run what begins so; numbers stay numbers."""
    assert safe(text) == f"'{text}"
    assert (safe(-1.5), safe(None), safe("refund")) == (-1.5, "", "refund")


def test_the_data_have_the_shapes_of_the_interface(report: Report) -> None:
    """`figures` is what `/api/v1/figures` answers with for the same verdicts."""
    told = json.loads(render(report, "json"))
    assert told["figures"] == json.loads(json.dumps(plain(report.figures)))
    assert told["definitions"] == json.loads(json.dumps(plain(report.comparison)))
    assert told["sentence"] == report.sentence
    assert told["control_chart"]["has_limits"] is True
    names = set(Figure.__dataclass_fields__)
    assert set(told["figures"]["overall"]["figures"]["ftr"]) == names


def test_links_lead_to_the_dashboard_where_it_has_an_address(report: Report) -> None:
    """And nowhere without one."""
    html = render(report, "html").decode()
    assert 'href="https://monitor.acme.example/cases?week=2026-W10"' in html
    assert 'href="https://monitor.acme.example/definitions?of=one_contact"' in html
    assert "href=" not in render(a_report(Edition()), "html").decode()


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0%"), (1, "100%"), (0.5, "50%"), (0.034, "3.4%"), (0.0004, "<0.1%"), (0.9999, ">99.9%"),
     (0.994, "99.4%"), (0.899, "90%")],
)  # fmt: skip
def test_shares_never_round_to_nothing_or_everything(share: float, told: str) -> None:
    """0% and 100% are said of nothing and of everything alone."""
    assert percent(share) == told


def test_durations_have_one_or_two_units() -> None:
    """As the pages say them."""
    assert [duration(one) for one in (None, 59, 3_700, 200_000, 900_000)] == [
        "–", "59 s", "1 h 1 min", "2 d 7 h", "10 d",
    ]  # fmt: skip
