"""How fast the pages are in a browser, over a ledger with many cases.

    python -m tests.bench.pages --cases 100000

Cases are copies of simulated ones, spread over forty weeks; the whole application serves them on a
loopback port, and Chromium measures by its own clock: the first paint of each page in a browser
that has seen none of it, and the time from a choice to the second frame that shows what was chosen.
Beside them stand two floors, for two frames alone take some 30 ms: a word that changes in the page
without asking anybody, and a small file that is fetched and shown as ten lines.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine, text

from pipeline.cli.serving import listen
from pipeline.config import ServerSettings, Settings
from pipeline.dashboard import dashboard_routes
from pipeline.dashboard.rows import case_link
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING
from pipeline.domain.timeline import Timeline, collect
from pipeline.embedded.book import EmbeddedBook
from pipeline.ledger import Ledger, build_engine
from pipeline.ledger.batch import Batch
from pipeline.ledger.census import take_census
from pipeline.ledger.engines import reading, writing
from pipeline.ledger.schema import keep_signatures
from pipeline.ledger.tables import verdict
from pipeline.monitor import Change
from pipeline.redacting import build_redact
from pipeline.simulation import simulate
from pipeline.wire import decode_event
from tests.told import AS_OF, PLAN, every_kind
from tests.unit.dashboard.fakes import WARNER
from tests.unit.intake.fakes import House

AT_ONCE: Final = 5_000
COPIED_MAX: Final = 100_000
WEEKS: Final = 40
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PAGES: Final = ("/", "/waiting", "/promises", "/warnings", "/escalations", "/figures", "/cases")
CHOICES: Final = (
    ("/cases: choose a theme", "/cases", "theme", "billing"),
    ("/cases: choose an outcome", "/cases", "outcome", "escalation_only"),
    ("/waiting: choose a channel", "/waiting", "channel", "x"),
    ("/figures: choose a channel", "/figures", "channel", "x"),
    ("/escalations: choose a theme", "/escalations", "theme", "billing"),
    ("/: choose a theme", "/", "theme", "billing"),
)
CHOOSE: Final = """async ([name, value]) => {
  const field = document.querySelector(`.scope [name="${name}"]`);
  const settled = new Promise((done) =>
    document.addEventListener("htmx:afterSettle", done, { once: true }));
  const began = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  await settled;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""
FRAMES: Final = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FLOORS: Final = {
    "floor: a word changes": f"""async () => {{
  const began = performance.now();
  document.querySelector("footer p").append(" · ");
  await {FRAMES};
  return performance.now() - began;
}}""",
    "floor: a file is fetched and shown": f"""async () => {{
  const box = document.createElement("div");
  document.querySelector("main").prepend(box);
  const began = performance.now();
  await (await fetch("/static/icon.svg?" + began)).text();
  box.innerHTML = "<p>a line</p>".repeat(10);
  await {FRAMES};
  const took = performance.now() - began;
  box.remove();
  return took;
}}""",
}
PAINTED: Final = """() => new Promise((done) => new PerformanceObserver((list) => {
  const found = list.getEntriesByName("first-contentful-paint")[0];
  if (found) done(found.startTime);
}).observe({ type: "paint", buffered: true }))"""


def fill(engine: Engine, cases: int) -> None:
    """Tell a ledger so many cases: copies that differ in name and week, then copies of these."""
    base, copied = every_kind(), min(cases, COPIED_MAX)
    for start in range(0, copied, AT_ONCE):
        batch = Batch([], Policy().report_zone, WARNER.score)
        for number in range(start, min(start + AT_ONCE, copied)):
            one = base[number % len(base)]
            case, opened = f"{number}~{one.case}", one.opened_at - shift_of(number)
            moved = replace(one, case=case, opened_at=opened)
            batch.take(Change(root=case, verdicts=(moved,), at=AS_OF))
        with writing(engine) as connection:
            connection.execute(verdict.insert(), list(batch.rows.values()))
            keep_signatures(connection, batch.signatures)
    for turn in range(1, cases // copied):
        multiply(engine, turn)


def multiply(engine: Engine, turn: int) -> None:
    """Copy every case that is no copy of a copy."""
    names = ", ".join(column.name for column in verdict.columns if column.name != "case_id")
    copies = (
        f"INSERT INTO ccm_verdict (case_id, {names}) "  # names of our own columns
        f"SELECT case_id || '#{turn}', {names} FROM ccm_verdict WHERE case_id NOT LIKE '%#%'"
    )
    with writing(engine) as connection:
        connection.execute(text(copies))


def shift_of(number: int) -> timedelta:
    """How much earlier than its original a copy was opened."""
    return timedelta(weeks=(number // len(every_kind())) % WEEKS)


class Copies:
    """The timelines behind copied cases."""

    def __init__(self) -> None:
        events = [decode_event(line) for line in simulate(PLAN).lines]
        self._timelines = {
            event: timeline for timeline in components(events) for event in timeline.versions
        }

    def timeline_of(self, event: str) -> Timeline:
        """Return the timeline of a copy."""
        number, _, original = event.partition("~")
        found = self._timelines.get(original)
        if found is None:
            return Timeline()
        told = (one for versions in found.versions.values() for one in versions)
        return collect(replace(one, id=f"{number}~{one.id}") for one in told)


@contextmanager
def serving(book: EmbeddedBook) -> Iterator[str]:
    """Serve the whole application over a book on a free loopback port."""
    routes = dashboard_routes(book=book, policy=Policy(), clock=lambda: AS_OF)
    listener = listen(Settings(server=ServerSettings(host="127.0.0.1", port=0)))
    config = uvicorn.Config(House().app(routes), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    with closing(listener):
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def first_paint(browser: Browser, url: str, path: str) -> float:
    """Return milliseconds to the first paint in a browser that knows nothing of the page yet."""
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto(path)
    told = float(page.evaluate(PAINTED))
    context.close()
    return told


def choosing(page: Page, path: str, name: str, value: str) -> float:
    """Return milliseconds from a choice to the page that shows it."""
    page.goto(path)
    return float(page.evaluate(CHOOSE, [name, value]))


def measure(browser: Browser, url: str, case: str, times: int) -> Iterator[tuple[str, list[float]]]:
    """Yield what was measured, by name: the first time apart where figures are worked out."""
    for path in (*PAGES, case_link(case)):
        shown = "/cases/…" if path.startswith("/cases/") else path
        yield f"first paint of {shown}", [first_paint(browser, url, path) for _ in range(times)]
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/waiting")
    for label, work in FLOORS.items():
        yield label, [float(page.evaluate(work)) for _ in range(times)]
    for label, path, name, value in CHOICES:
        yield f"{label}, first time", [choosing(page, path, name, value)]
        yield label, [choosing(page, path, name, value) for _ in range(times)]
    context.close()


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="Measure the pages in a browser.")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--chromium", default=os.environ.get("CCM_CHROMIUM", "/usr/bin/chromium"))
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = build_engine(f"sqlite:///{Path(folder) / 'ledger.db'}", "normal")
        ledger = Ledger(engine, score=WARNER.score)
        fill(engine, told.cases)
        say(f"{ledger.count():,} cases")
        timed("census", lambda: take(engine))
        timed("figures, the first time", lambda: ledger.figures(AS_OF, EVERYTHING))
        book = EmbeddedBook(
            ledger=ledger,
            timeline_of=Copies().timeline_of,
            policy=Policy(),
            warner=WARNER,
            redact=build_redact(frozenset()),
        )
        report(book, told.chromium, told.times)
        ledger.close()


def take(engine: Engine) -> None:
    """Take a census, as the background does."""
    with reading(engine) as connection:
        take_census(connection, AS_OF)


def timed(name: str, work: object) -> None:
    """Print what a piece of work took by the wall clock, and of the processor."""
    assert callable(work)
    began, cpu = time.perf_counter(), time.process_time()
    work()
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    say(f"{name:45} {took * 1000:6.0f} ms, {spent * 1000:6.0f} ms of processor time")


def report(book: EmbeddedBook, chromium: str, times: int) -> None:
    """Serve, measure, and print a line for each measure."""
    case = book.waiting(AS_OF, 1)[0].case
    with (
        serving(book) as url,
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=chromium, args=FLAGS)) as browser,
    ):
        for name, found in measure(browser, url, case, times):
            say(f"{name:45} median {median(found):6.0f} ms, slowest {max(found):6.0f} ms")


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
