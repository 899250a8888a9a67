from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from assistant.engines.markup import bold, escaped, ours, unescaped

TEXTS = (
    "1. A list",
    "- A list",
    "# A heading",
    "> A quotation",
    "--- a rule",
    "a | b | c",
    "[1] is no marker; nor is [^2].",
    "![x](https://a.example/x.png)",
    "<https://a.example> and <img src=x onerror=y>",
    "*a* **b** _c_ __d__ `e` ~~f~~",
    r"a \* b \\ c",
    "R&D &amp; &#35;",
    "https://a.example and www.a.example",
    "§ 742.6(a)(6)(iii)(A): 10^25, 3A090.a, D:5",
)


@pytest.mark.parametrize("text", TEXTS)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(escaped(text))

    assert shown == f"<p>{_html(text)}</p>\n"


@pytest.mark.parametrize("text", TEXTS)
def test_the_words_come_back_from_escaped_text(text: str) -> None:
    assert unescaped(escaped(text)) == text


def test_plain_words_of_law_stay_as_they_are() -> None:
    text = "Under § 742.6(a)(6)(iii), 10^25 operations; 3A090.a (see D:5) & more - 7 %."

    assert escaped(text) == text


def test_line_breaks_become_spaces() -> None:
    assert escaped("one\n# two") == "one # two"


def test_our_bold_stays_and_what_stands_in_it_is_escaped() -> None:
    assert ours(f"{bold('A*b [1]')} says:") == r"**Ab \[1\]** says:"


def _html(text: str) -> str:
    marks = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    return "".join(marks.get(sign, sign) for sign in text)
