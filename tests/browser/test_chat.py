"""The analyst's way, in a real browser against a real server: ask, read, click, check."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

QUESTION = "At what training compute is a general-purpose AI model presumed to have systemic risk?"
DESKTOP, PHONE = (1440, 900), (390, 844)


class Served(Protocol):
    url: str
    page_s: float
    ready_s: float
    early_page: str


@pytest.fixture
def page(browser: Browser, server: Served, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = getattr(request, "param", DESKTOP)
    context = browser.new_context(viewport={"width": width, "height": height})
    opened = context.new_page()
    opened.goto(server.url)
    opened.wait_for_selector("#pa-question textarea", timeout=30_000)
    yield opened
    context.close()


def ask(page: Page, question: str) -> None:
    page.fill("#pa-question textarea", question)
    page.click("#pa-send")


def test_the_page_opens_while_the_rest_is_loading_and_says_so(server: Served) -> None:
    assert "loading" in server.early_page.lower()
    assert server.page_s < 15, "the goal is 5 s on an idle machine; this guards against 3 times it"
    assert server.ready_s < 30


def test_the_question_is_answered_with_the_provision_the_click_and_the_highlight(
    page: Page,
) -> None:
    ask(page, QUESTION)
    page.wait_for_selector(".pa-cite", timeout=15_000)
    page.wait_for_selector("text=Answered in", timeout=5_000)

    answer = page.inner_text(".pa-answer")
    page.click(".pa-cite >> nth=0")
    page.wait_for_selector("#pa-quote", timeout=5_000)

    assert "Article 51(2)" in answer
    assert "10^25" in answer
    assert "not the official text" in answer
    panel = page.inner_text("#pa-source")
    assert "EU AI Act, Article 51(2)" in panel
    assert "In force" in panel
    assert "Our digest, not the official text" in panel
    assert "10^25" in page.inner_text("#pa-quote")
    link = page.get_attribute(".pa-official", "href") or ""
    assert link.startswith("https://eur-lex.europa.eu/") and link.endswith("#art_51")


def test_the_highlighted_words_are_the_sentence_that_carries_the_marker(page: Page) -> None:
    ask(page, "What is a deployer?")
    page.wait_for_selector("text=Answered in", timeout=15_000)

    page.click(".pa-cite >> nth=0")
    page.wait_for_selector("#pa-quote", timeout=5_000)

    quoted = page.inner_text("#pa-quote")
    assert quoted in page.inner_text(".pa-answer")


def test_nothing_is_requested_from_any_other_origin(browser: Browser, server: Served) -> None:
    outside: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on(
        "request",
        lambda sent: (
            outside.append(sent.url)
            if not sent.url.startswith(
                (server.url, server.url.replace("http", "ws"), "data:", "blob:")
            )
            else None
        ),
    )

    page.goto(server.url)
    page.wait_for_selector("#pa-question textarea", timeout=30_000)
    ask(page, QUESTION)
    page.wait_for_selector(".pa-cite", timeout=15_000)
    page.click(".pa-cite >> nth=0")
    page.wait_for_selector("#pa-quote", timeout=5_000)
    html = page.content()
    context.close()

    assert outside == []
    assert not re.search(r'<link[^>]+(?:preconnect|stylesheet)[^>]+href="https?://(?!127)', html)


@pytest.mark.parametrize("page", [pytest.param(PHONE, id="390 px")], indirect=True)
def test_on_a_phone_the_source_slides_over_and_escape_leads_back_to_the_marker(
    page: Page,
) -> None:
    ask(page, QUESTION)
    page.wait_for_selector("text=Answered in", timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.click(".pa-cite >> nth=0")
    page.wait_for_selector("#pa-source.pa-shown #pa-quote", timeout=5_000)
    page.keyboard.press("Escape")

    assert not page.is_visible("#pa-source")
    assert page.evaluate("document.activeElement.classList.contains('pa-cite')")


def test_an_example_question_is_one_click_away(page: Page) -> None:
    page.click(".pa-example >> nth=1")

    page.wait_for_selector(".pa-cite", timeout=15_000)
    assert "G7 trusted partners" in page.inner_text(".pa-answer")


def test_a_question_the_corpus_does_not_answer_is_declined_with_near_misses(page: Page) -> None:
    ask(page, "How long must a truck driver rest after driving all night?")

    page.wait_for_selector(".pa-declined", timeout=15_000)
    text = page.inner_text(".pa-declined")
    assert "No answer" in text
    assert "Looked at, not used" in text
    assert not page.query_selector(".pa-cite")


def test_a_day_that_is_no_date_gives_one_clear_line(page: Page) -> None:
    page.fill("#pa-day input, #pa-day textarea", "yesterday")
    ask(page, "What is a deployer?")

    page.wait_for_selector(".pa-trouble", timeout=15_000)
    assert "YYYY-MM-DD" in page.inner_text(".pa-trouble")


def test_markup_in_a_question_is_shown_as_text_and_never_run(page: Page) -> None:
    ask(page, "<img src=x onerror=\"document.title='owned'\"> what is a deployer?")

    page.wait_for_selector(".pa-answer", timeout=15_000)
    time.sleep(0.3)
    assert page.title() == "Policy Assistant"


def test_a_second_server_on_the_port_says_so_in_one_line(server: Served, tmp_path: Path) -> None:
    port = server.url.rsplit(":", 1)[1]

    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "serve", "--port", port],
        cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip

    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert f":{port}" in done.stderr and "Hint:" in done.stderr
