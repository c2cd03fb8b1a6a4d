"""The report's page in a real browser: axe-core, phone, paper, dark mode, and nothing that runs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.report import Edition, render
from tests.e2e.test_dashboard import FLAGS, PHONE
from tests.unit.report.fakes import failed, half_year, many, report_of

pytestmark = pytest.mark.browser

HOSTILE = "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">"
SIZES = {"A4": "210mm", "Letter": "8.5in"}


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with signals, causes, hostile quotations and withheld cells, as a file."""
    waits = {"private_wait": 90_000, "public_wait": 3_600, "reach": 5_000}
    cases = [
        *half_year([20, 21, 19, 20, 22, 18, 20, 21, 19, 20, 4]),
        *many(30, "escalation_only", facts=waits), *failed(20, facts={"topic": "refund"}),
        *many(4, "lapsed"),
    ]  # fmt: skip
    edition = Edition(base_url="https://monitor.example.org")
    texts = {f"chase:{n}": HOSTILE for n in range(20)}
    texts |= {f"bad{week}:{n}": HOSTILE for week in range(11) for n in range(36)}
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(render(report_of(cases, edition=edition, texts=texts), "html"))
    return path


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """The system's Chromium."""
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)) as found,
    ):
        yield found


@contextmanager
def opened(browser: Browser, path: Path, **more: Any) -> Iterator[Page]:
    """Open the file; its console has to stay silent."""
    with closing(browser.new_context(**more)) as context:
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url))
        page.goto(path.as_uri())
        yield page
        assert said == [path.as_uri()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, page_file: Path, scheme: str) -> None:
    """By day and by night; contrast included, and tables, landmarks, names, order of headings."""
    with closing(browser.new_context(color_scheme=scheme, bypass_csp=True)) as context:  # type: ignore[arg-type]  # both are schemes
        page = context.new_page()
        page.goto(page_file.as_uri())
        found = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], found


def test_a_phone_never_scrolls_sideways(browser: Browser, page_file: Path) -> None:
    """Tables that are too wide scroll by themselves, and can be reached by the keyboard."""
    with opened(browser, page_file, viewport=PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        wide = page.evaluate(
            """() => [...document.querySelectorAll("table")].filter((one) => one.checkVisibility())
            .filter((one) => one.closest("[tabindex]") === null).length"""
        )
        assert wide == 0


def test_what_customers_wrote_does_not_run(browser: Browser, page_file: Path) -> None:
    """It is there to be read, as text."""
    with opened(browser, page_file) as page:
        assert page.title() == "Complaints, week 10 of 2026"
        assert HOSTILE in page.locator("blockquote").all_inner_texts()
        assert page.locator("img").count() == 0


@pytest.mark.parametrize("size", SIZES)
def test_it_prints_on_paper_of_both_kinds(browser: Browser, page_file: Path, size: str) -> None:
    """Light even where the screen is dark, a few pages, nothing cut off at the side."""
    with opened(browser, page_file, color_scheme="dark") as page:
        page.emulate_media(media="print")
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(255, 255, 255)"
        width = {"A4": 680, "Letter": 700}[size]
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        pdf = page.pdf(format=size)
        assert 2 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 6
