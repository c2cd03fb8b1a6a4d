"""The definition comparator: the same cases under every definition, and what each of them hides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.dashboard.asking import Asked
from pipeline.dashboard.charts import draw_shares
from pipeline.dashboard.numbers import Number, number
from pipeline.dashboard.pages import Desk, show
from pipeline.dashboard.rows import case_link
from pipeline.domain.comparison import COMPARED, OURS, Compared, Comparison
from pipeline.domain.members import MEMBERS
from pipeline.errors import InputError
from pipeline.wire import plain

PATH: Final = "/definitions"
COLOURS: Final = ("first_time_right", "pending_confirmation", "escalation_only", "not_counted")
"""Of the parts of a bar: right, not known yet, not right, not called solved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One definition beside the others; every number with the list of its cases."""

    name: str
    figure: Number
    link: str
    bar: Markup
    solved: int | None
    denied: int | None
    denied_link: str
    public: int | None
    public_link: str
    left_out: int | None
    left_out_denied: int | None
    is_ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Hidden cases of one cause: how many, and those opened last."""

    label: str
    count: int | None
    share: str
    cases: tuple[tuple[str, str], ...]


async def show_definitions(desk: Desk, request: Request) -> Response:
    """Show the comparison, and of one definition (``of``) what it hides, case by case."""
    asked, chosen = desk.asked(request), _chosen(request)
    found = await run_in_threadpool(desk.book.comparison, desk.teller.now, asked.scope)
    rows = [_row(one, asked) for one in found.rows]
    return await show(
        desk,
        "definitions.html",
        "definitions",
        asked,
        rows=rows,
        n=found.n,
        chosen=next((row for row in rows if row.name == chosen), None),
        causes=tuple(_causes(found, chosen)),
        as_of=desk.teller.when(found.as_of),
        policies=", ".join(found.policies),
    )


async def get_definitions(desk: Desk, request: Request) -> Response:
    """Answer with the comparison over a scope."""
    asked = desk.asked(request)
    found = await run_in_threadpool(desk.book.comparison, desk.teller.now, asked.scope)
    return JSONResponse(plain(found))


def _chosen(request: Request) -> str:
    told = request.query_params.get("of", "")
    if told and told not in COMPARED:
        raise InputError(f"of is {told[:40]!r}; write one of {', '.join(COMPARED)}")
    return told


def _row(one: Compared, asked: Asked) -> Row:
    name = one.figure.name
    yes = "yes" if "yes" in MEMBERS[name] else "all"
    link = asked.within(PATH)
    return Row(
        name=name,
        figure=number(one.figure, asked),
        link=f"{link}{'&' if '?' in link else '?'}of={name}#hidden",
        bar=_bar(one),
        solved=one.solved,
        denied=one.denied,
        denied_link=asked.within("/cases", figure=name, part=yes, ftr="no"),
        public=one.denied_public,
        public_link=asked.within("/cases", figure=name, part=yes, ftr="no", route="escalated"),
        left_out=one.left_out,
        left_out_denied=one.left_out_denied,
        is_ours=name == OURS,
    )


def _bar(one: Compared) -> Markup:
    parts = (one.agreed or 0, one.unknown or 0, one.denied or 0)
    rest = max(0, one.figure.n - sum(parts))
    return draw_shares(list(zip(COLOURS, (*parts, rest), strict=True)))


def _causes(found: Comparison, chosen: str) -> Iterator[Cause]:
    if not chosen:
        return
    row = found[chosen]
    for one in row.hidden:
        share = f"{one.count / row.denied:.0%}" if one.count and row.denied else ""
        yield Cause(
            label=one.label,
            count=one.count,
            share=share,
            cases=tuple((case_link(case), case) for case in one.cases),
        )
