"""The dashboard and the complaint form in a real browser, clicked through as people do."""

import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.request import urlopen

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipeline.dashboard import dashboard_routes
from pipeline.dashboard.rows import case_link
from pipeline.domain.scope import CaseFilter, Scope
from pipeline.wire import decode_event
from tests.services.processes import wait_until
from tests.unit.dashboard.fakes import NOW, POLICY, FakeBook, Told, stock_until_public, traffic
from tests.unit.intake.fakes import FakeInbox, House

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED = ("status of 404", "status of 422", "htmx:afterRequest", "htmx:sendAbort")
"""What a console may say: pages that are not there, and a choice that a newer one overtook."""
PHONE = {"width": 360, "height": 740}
PAGES = [
    "/", "/cases", "/cases?route=escalated&figure=ftr&part=no", "/cases?page=99", "/figures",
    "/figures?from=2031-W01", "/waiting", "/promises", "/false-pauses", "/warnings", "/escalations",
    "/definitions?of=one_contact", "/links", "/complain", "/cases/nothing",
]  # fmt: skip


@dataclass
class BookInbox(FakeInbox):
    """An inbox behind which a book takes events at once, as an engine would a moment later."""

    book: FakeBook | None = None

    def append(self, source: str, raw_lines: Sequence[bytes], now: datetime) -> None:
        super().append(source, raw_lines, now)
        assert self.book is not None
        for line in raw_lines:
            self.book.add(decode_event(line))


@dataclass
class Site:
    """A running monitor over a fake book."""

    book: FakeBook
    url: str


@contextmanager
def running(book: FakeBook) -> Iterator[Site]:
    """Serve the whole application on a free loopback port."""
    house = House(inbox=BookInbox(book=book))
    routes = dashboard_routes(book=book, policy=POLICY, clock=lambda: NOW, live_seconds=0.05)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        house.app(routes), log_level="warning", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    with closing(listener):
        wait_until(lambda: server.started, 20)
        yield Site(book=book, url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """The system's Chromium; Playwright never downloads one."""
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def busy() -> Iterator[Site]:
    """A monitor with thirteen weeks of traffic."""
    with running(FakeBook(list(traffic()))) as site:
        yield site


@pytest.fixture
def fresh() -> Iterator[Site]:
    """A monitor that has seen nothing yet."""
    with running(FakeBook()) as site:
        yield site


@contextmanager
def opened(browser: Browser, site: Site, path: str, **more: object) -> Iterator[Page]:
    """Open a page that must not complain in its console."""
    context = browser.new_context(base_url=site.url, **more)  # type: ignore[arg-type]  # options as given
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path)
    yield page
    context.close()
    wrong = [one for one in said if not any(told in one for told in EXPECTED)]
    assert not wrong, wrong


def test_from_the_overview_to_a_case_and_back(browser: Browser, busy: Site) -> None:
    """A lead clicks from the feed to a case, sees story and evidence, and filters the list."""
    with opened(browser, busy, "/") as page:
        page.locator("#feed .row").first.click()
        expect(page.locator(".story")).to_contain_text("went public on X")
        expect(page.locator("#verdict-title")).to_be_visible()
        expect(page.locator(".timeline .public").first).to_be_visible()
        left = page.locator(".timeline .private").first.bounding_box()
        right = page.locator(".timeline .public").first.bounding_box()
        assert left is not None
        assert right is not None
        assert right["x"] > left["x"] + left["width"]
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Cases").click()
        page.get_by_label("Outcome").select_option("escalation_only")
        expect(page).to_have_url(re.compile("outcome=escalation_only"))
        shown = page.locator("tbody .outcome").all_inner_texts()
        assert set(shown) == {"Solved only after going public"}


def test_a_complaint_without_javascript(browser: Browser, fresh: Site) -> None:
    """Errors beside the fields, values kept, thanks with a reference, and a case on the page."""
    with opened(browser, fresh, "/complain", java_script_enabled=False) as page:
        page.get_by_label("What happened").fill("The lamp came broken. <b>Please</b> help.")
        page.get_by_label("Your e-mail address").fill("ada at example")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was sent yet")
        expect(page.locator("#email-error")).to_be_visible()
        kept = page.get_by_label("What happened")
        expect(kept).to_have_value("The lamp came broken. <b>Please</b> help.")
        page.get_by_label("Your e-mail address").fill("ada@example.org")
        page.get_by_role("button", name="Send").click()
        reference = page.locator("#reference").inner_text()
        page.goto("/")
        page.get_by_text("The lamp came broken. <b>Please</b> help.").click()
        expect(page.locator(".crumb")).to_contain_text(f"form:{reference}")
        assert page.locator("noscript").count() >= 1


def test_news_shows_without_a_reload_and_the_focus_stays(browser: Browser, fresh: Site) -> None:
    """A page that nobody touches gains the new case; focus, and what was unfolded, stay."""
    for event in stock_until_public("email:mara@example.org", NOW - timedelta(days=10)):
        fresh.book.add(event)
    with opened(browser, fresh, "/") as page:
        expect(page.locator("#live-state")).to_have_text("Live")
        page.locator("#weeks-table summary").click()
        page.locator("#feed .row").first.focus()
        page.evaluate("window.untouched = true")
        told = Told("email:tom@example.org", NOW - timedelta(hours=2))
        told.says(0, "Where is my suitcase?", "complaint")
        fresh.book.add(told.events[0])
        expect(page.locator("#waiting-list")).to_contain_text("Where is my suitcase?")
        assert page.evaluate("window.untouched")
        assert page.evaluate("document.activeElement.closest('#feed') !== null")
        assert page.evaluate("document.getElementById('weeks-table').open")


def test_an_empty_monitor_teaches_and_then_fills(browser: Browser, fresh: Site) -> None:
    """The newcomer's first minute: an empty page, a complaint in another tab, a case."""
    with opened(browser, fresh, "/") as page:
        expect(page.locator("#empty")).to_contain_text("No complaints yet")
        form = page.context.new_page()
        form.goto("/complain")
        form.get_by_label("What happened").fill("My parcel never came.")
        form.get_by_label("Your e-mail address").fill("ada@example.org")
        form.get_by_role("button", name="Send").click()
        expect(form.locator("#reference")).to_be_visible()
        expect(page.locator("#waiting-list")).to_contain_text("My parcel never came.")
        expect(page.locator("#empty")).to_be_hidden()


def test_the_keyboard_is_enough(browser: Browser, busy: Site) -> None:
    """The first tab leads past the navigation; every link shows its focus; Enter opens a case."""
    with opened(browser, busy, "/") as page:
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        expect(page.get_by_label("Channel")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_label("Channel")).to_be_focused()
        page.locator("#waiting-title a").focus()
        page.keyboard.press("Tab")
        expect(page.locator("#waiting-rows .row").first).to_be_focused()
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(style) == "solid"
        page.keyboard.press("Enter")
        expect(page.locator(".story")).to_be_visible()


@pytest.mark.parametrize("path", [*PAGES, "case"])
def test_a_phone_never_scrolls_sideways(browser: Browser, busy: Site, path: str) -> None:
    """360 pixels are enough for every page."""
    path = case_link(busy.book.escalations(1)[0].case) if path == "case" else path
    with opened(browser, busy, path, viewport=PHONE) as page:
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]


DESKTOP = {"width": 1280, "height": 800}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", [*PAGES, "case"])
def test_axe_finds_nothing_serious(
    browser: Browser, busy: Site, path: str, size: dict[str, int], scheme: str
) -> None:
    """Contrast, names, roles and structure, by day and by night, on desktop and phone."""
    path = case_link(busy.book.escalations(1)[0].case) if path == "case" else path
    # axe brings a script of its own into the page, which the page's policy rightly refuses.
    with opened(browser, busy, path, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
        for details in page.locator("main details").all():
            details.evaluate("(one) => { one.open = true; }")
        found = Axe().run(page).response["violations"]
        grave = [
            (one["id"], [node["html"] for node in one["nodes"]][:3])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert grave == []
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", background))) < 60) is (scheme == "dark")


HOSTILE = {
    "script": "<script>window.hacked = true</script>",
    "attribute": "\"'><img src=x onerror='window.hacked = true'>",
    "template": "{{ 7 + 7 }} ${window.hacked = true}",
    "right to left": "\u202e\u202btxt.exe \u05e9\u05dc\u05d5\u05dd",
    "zero width": "pay\u200b\u200d\ufeffpal",
    "long": "x" * 100_000,
    "one long line": "not any space " * 7_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_shown_as_it_was_typed(browser: Browser, fresh: Site, kind: str) -> None:
    """In lists and on the page of its case, and again when news is exchanged; nothing runs."""
    text = HOSTILE[kind]
    told = Told("email:eve@example.org", NOW - timedelta(hours=2))
    told.says(0, text, "complaint", subject=text[:300])
    fresh.book.add(told.events[0])
    for path in ("/", "/waiting", "/cases", case_link(told.events[0].id)):
        with opened(browser, fresh, path, viewport=PHONE) as page:
            expect(page.locator("#live-state")).to_have_text("Live")
            later = Told(f"email:b{len(fresh.book.told)}@example.org", NOW - timedelta(hours=1))
            later.says(0, text, "complaint")
            with page.expect_event("requestfinished"):
                fresh.book.add(later.events[0])
            page.wait_for_timeout(50)
            assert page.evaluate("window.hacked") is None
            assert page.evaluate("document.querySelectorAll('main script, main img').length") == 0
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            if path.startswith("/cases/"):
                shown = page.evaluate(
                    "[...document.querySelectorAll('.timeline .text')]"
                    ".map((one) => one.textContent).join('')"
                )
                assert shown.replace("…", "") == text


def test_inline_code_is_forbidden(browser: Browser, busy: Site) -> None:
    """Should markup ever slip through, the browser refuses to run it."""
    context = browser.new_context(base_url=busy.url)
    page = context.new_page()
    page.goto("/")
    page.evaluate(
        """() => { const one = document.createElement("script");
        one.textContent = "window.hacked = true"; document.body.append(one); }"""
    )
    assert page.evaluate("window.hacked") is None
    context.close()


def test_the_policy_names_what_may_be_loaded_and_nothing_else(busy: Site) -> None:
    """Scripts and styles of our own only, no frames, no forms to others, no inline code."""
    with urlopen(busy.url + "/") as answer:
        told = answer.headers["Content-Security-Policy"]
    policy = dict(part.strip().split(" ", 1) for part in told.split(";"))
    assert policy["default-src"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "connect-src", "form-action"):
        assert policy[name] == "'self'"
    for name in ("base-uri", "frame-ancestors", "object-src"):
        assert policy[name] == "'none'"


def test_a_choice_is_an_address_and_keeps_the_place(browser: Browser, busy: Site) -> None:
    """A filter changes the list and the address without a reload; going back takes it back."""
    with opened(browser, busy, "/cases") as page:
        page.evaluate("window.untouched = true")
        page.get_by_label("Theme").select_option("refund")
        expect(page).to_have_url(re.compile(r"/cases\?theme=refund$"))
        total = busy.book.cases(CaseFilter(scope=Scope(topic="refund")), NOW, 0, 1).total
        expect(page.locator("#total")).to_have_text(str(total))
        page.get_by_label("Opened").select_option("4")
        expect(page).to_have_url(re.compile("last=4"))
        assert page.evaluate("window.untouched")
        page.go_back()
        expect(page).to_have_url(re.compile(r"theme=refund$"))
        expect(page.locator("#total")).to_have_text(str(total))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "Waiting in public: "),
        ("/waiting", "In public: "),
        ("/figures", "Figures of "),
        ("/cases", " case"),
    ],
)
def test_a_choice_by_keyboard_keeps_the_focus_and_is_told(
    browser: Browser, busy: Site, path: str, told: str
) -> None:
    """Who chose with an arrow key can press it again, and hears what the page holds now."""
    with opened(browser, busy, path) as page:
        theme = page.get_by_role("combobox", name="Theme")
        theme.focus()
        for _ in range(2):
            before = page.url
            page.keyboard.press("ArrowDown")
            expect(page).not_to_have_url(before)
            expect(theme).to_be_focused()
        expect(page.locator("#told")).to_contain_text(told)
        expect(page.locator("#told")).to_have_attribute("role", "status")


def test_of_two_quick_choices_both_count(browser: Browser, busy: Site) -> None:
    """Who chooses again before the answer has come gets both: the first request is given up."""
    choose = """() => { for (const [name, value] of [["theme", "refund"], ["channel", "x"]]) {
      const field = document.getElementById(`scope-${name}`);
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    } }"""
    with opened(browser, busy, "/cases") as page:
        page.evaluate(choose)
        expect(page).to_have_url(re.compile(r"/cases\?channel=x&theme=refund$"))
        expect(page.locator("#scope-channel")).to_have_value("x")
        which = CaseFilter(scope=Scope(topic="refund", channel="x"))
        total = busy.book.cases(which, NOW, 0, 1).total
        expect(page.locator("#told")).to_have_text(f"{total} cases")


def test_a_view_is_kept_under_a_name_in_this_browser(browser: Browser, busy: Site) -> None:
    """It is there at the next visit, and can be forgotten; a name is shown as it was typed."""
    with opened(browser, busy, "/cases?outcome=open&theme=billing") as page:
        page.locator("#views summary").click()
        page.get_by_label("Keep this view as").fill("<b>mine</b>")
        page.get_by_role("button", name="Keep", exact=True).click()
        page.goto("/cases")
        page.locator("#views summary").click()
        page.get_by_role("link", name="<b>mine</b>").click()
        expect(page).to_have_url(re.compile(r"outcome=open"))
        page.locator("#views summary").click()
        page.get_by_role("button", name="Forget the view").click()
        expect(page.locator("#kept-views li")).to_have_count(0)


def test_the_chart_is_drawn_and_leads_to_its_cases(browser: Browser, busy: Site) -> None:
    """A click on a week opens the list of the cases that it counts."""
    with opened(browser, busy, "/figures") as page:
        canvas = page.locator("#trend canvas")
        expect(canvas).to_be_visible()
        page.locator("#trend-name").select_option("escalation")
        expect(canvas).to_be_visible()
        page.locator("#trend .u-over").click(position={"x": 40, "y": 60})
        expect(page).to_have_url(re.compile(r"/cases\?from=\d{4}-W\d\d&to=\d{4}-W\d\d&figure=ftr"))
        expect(page.locator("#total")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/figures"])
def test_every_number_leads_to_as_many_cases(browser: Browser, busy: Site, path: str) -> None:
    """Followed as a reader would: what a link says is what its list holds."""
    with opened(browser, busy, path) as page:
        links = page.evaluate(
            """() => [...document.querySelectorAll("main a[href^='/cases?']")].map((one) =>
            [one.getAttribute("href"), [...one.childNodes].filter((n) => n.nodeType === 3)
            .map((n) => n.textContent).join("")])"""
        )
        counted = [(link, told) for link, told in links if re.fullmatch(r"[\d,]+", told)]
        assert len(counted) > 5
        for link, told in counted:
            if "promise" in link:
                continue  # promises are counted, and the list holds their cases
            page.goto(link)
            shown = page.locator("#total")
            total = shown.inner_text() if shown.count() else "0"
            assert total == told, link


def test_nothing_is_loaded_from_elsewhere(browser: Browser, busy: Site) -> None:
    """Every request of every page goes to the monitor itself."""
    asked: list[str] = []
    with opened(browser, busy, "/") as page:
        page.on("request", lambda request: asked.append(request.url))
        for path in PAGES:
            page.goto(path)
    assert asked
    assert all(one.startswith(busy.url) for one in asked)


@pytest.mark.parametrize("path", [*PAGES, "case"])
def test_controls_and_headings_have_names(browser: Browser, busy: Site, path: str) -> None:
    """A screen reader finds one main heading, named regions, and a name on every control."""
    path = case_link(busy.book.escalations(1)[0].case) if path == "case" else path
    with opened(browser, busy, path) as page:
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
            .filter((one) => one.type !== "hidden")
            .filter((one) => !one.textContent.trim() && !one.labels?.length)
            .map((one) => one.outerHTML)"""
        )
        assert unnamed == []
        repeated = page.evaluate(
            """() => { const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
            return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
        )
        assert repeated == []
