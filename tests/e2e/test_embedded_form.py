"""The form in a company's own page, on another site, in a real browser without JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipeline.channels.web_form import FIELDS, HONEYPOT
from pipeline.domain.events import Message
from pipeline.embedded.inbox import Inbox
from pipeline.wire import decode_event
from tests.e2e.test_cli import running
from tests.e2e.test_dashboard import browser

__all__ = ["browser"]

pytestmark = pytest.mark.browser
SNIPPET = Path(__file__).parents[2] / "deploy" / "complaint-form.html"
MONITOR = "https://monitor.acme.example"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as a site of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_customer_is_thanked_from_a_foreign_page(browser: Browser, tmp_path: Path) -> None:
    """By the labels alone; the page's site is allowed to send, and the reference is shown."""
    site, data = tmp_path / "site", tmp_path / "data"
    site.mkdir()
    with served(site) as home:
        config = tmp_path / "ccm.toml"
        config.write_text(f'[intake]\norigins = ["{home}"]\n')
        with running(data, tmp_path, "--config", config) as url:
            (site / "help.html").write_text(SNIPPET.read_text().replace(MONITOR, url))
            page = browser.new_page(java_script_enabled=False)
            page.goto(f"{home}/help.html")
            page.get_by_label("What happened").fill("My suitcase never arrived.")
            page.get_by_label("Your e-mail address").fill("ada@example.org")
            page.get_by_label("Order number").fill("AB-12345")
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_role("heading")).to_contain_text("Thank you")
            reference = page.locator("#reference").inner_text()
            page.context.close()
    inbox = Inbox(data / "inbox.db")
    events = [decode_event(one.raw) for one in inbox.read_after(0, 10)]
    inbox.close()
    (found,) = [one for one in events if isinstance(one, Message)]
    assert found.id == f"form:{reference}"
    assert found.refs == ("order:ab-12345",)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mistakes_and_thanks_are_accessible(
    browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """Errors are summed up above, lead to their fields and are read out with them; axe agrees."""
    with running(tmp_path / "data", tmp_path) as url:
        # axe brings a script of its own into the page, which the page's policy rightly refuses.
        page = browser.new_page(color_scheme=scheme, bypass_csp=True)
        page.goto(f"{url}/complain")
        page.get_by_role("button", name="Send").click()
        summary = page.get_by_role("alert")
        expect(summary).to_contain_text("Nothing was sent yet")
        summary.get_by_role("link", name="Say what went wrong").click()
        expect(page.get_by_label("What happened")).to_be_focused()
        expect(page.get_by_label("What happened")).to_have_attribute("aria-invalid", "true")
        assert grave(page) == []
        page.keyboard.type("My suitcase never arrived.")
        page.get_by_label("Your e-mail address").fill("ada@example.org")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading")).to_contain_text("Thank you")
        assert grave(page) == []
        page.context.close()


def grave(page: Page) -> list[str]:
    """Return what axe finds serious."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_every_field_of_the_snippet_is_one_of_ours() -> None:
    """And the one that nobody sees has the name that we look for."""
    names = {part.partition('"')[0] for part in SNIPPET.read_text().split(' name="')[1:]}
    assert HONEYPOT in names
    assert names - {HONEYPOT} <= set(FIELDS)
