"""The chat in Gradio: layout and events only; every decision is the assistant's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.errors import NotReadyError
from assistant.recording import Recorder
from assistant.types import Answer, AnswerStatus, Question
from assistant.web.engine import Engine
from assistant.web.source_html import answer_html
from corpus.errors import PolicyError

_ASSETS = Path(__file__).parent / "assets"
_WAIT_S = 60.0
Respond = Callable[[str, str, list[dict[str, Any]]], Iterator[Any]]
EXAMPLES = (
    "At what training compute is a general-purpose AI model presumed to have systemic risk?",
    "Who raised the “trusted partners” scheme at the G7 summit, and what did Washington answer?",
    "Is a licence needed to export the weights of a closed frontier model to an allied country?",
    "From when do the rules for high-risk AI systems of Annex III apply?",
)
_EMPTY_SOURCE = (
    '<div id="pa-source-body" class="pa-empty"><p><strong>Sources</strong></p><p>Choose a marker '
    "such as [1] in an answer to read the provision here, with the quoted words highlighted, its "
    "status, and a link to the official page.</p></div>"
)
_HEADER = (
    '<header class="pa-header"><h1>Policy Assistant</h1><p>What the rules on AI and advanced chips '
    "say, whom they bind, and since when. Every sentence is quoted, or there is no answer.</p>"
    '<p id="pa-state" role="status" aria-live="polite"></p></header>'
)
_PLACEHOLDER = (
    "Ask about the EU AI Act, US export controls, executive orders, ITAR, CHIPS, the summit "
    "declarations or the G7 “trusted partners” proposal."
)


def mount_chat(app: FastAPI, engine: Engine, recorder: Recorder | None = None) -> FastAPI:
    """Mount the chat at the root of the application; `recorder` keeps its answers, if given."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=fonts,
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
    script = (_ASSETS / "chat.js").read_text("utf-8")
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        make_blocks(engine, recorder),
        path="/",
        theme=theme,
        footer_links=[],
        css=(_ASSETS / "chat.css").read_text("utf-8"),
        head=f"<script>{script}</script>",
        show_error=True,
        ssr_mode=False,
    )
    return mounted


def make_blocks(engine: Engine, recorder: Recorder | None = None) -> gr.Blocks:
    """The page: the conversation on the left, the law on the right."""
    with gr.Blocks(title="Policy Assistant", analytics_enabled=False, fill_width=True) as blocks:
        gr.HTML(_HEADER)
        with gr.Row(elem_id="pa-columns"):
            with gr.Column(scale=3, elem_id="pa-left"):
                chat = gr.Chatbot(
                    label="Conversation",
                    elem_id="pa-chat",
                    height=None,
                    min_height=144,
                    autoscroll=False,
                    placeholder=_PLACEHOLDER,
                    buttons=[],
                    feedback_options=None,
                    layout="panel",
                    show_label=False,
                )
                with gr.Row(elem_id="pa-ask"):
                    box = gr.Textbox(
                        label="Your question",
                        elem_id="pa-question",
                        lines=2,
                        max_lines=6,
                        scale=5,
                        placeholder="Ask a question",
                        autofocus=True,
                        max_length=4000,
                    )
                    day = gr.Textbox(
                        label="Law as of",
                        elem_id="pa-day",
                        scale=1,
                        min_width=130,
                        placeholder="today",
                        info="YYYY-MM-DD",
                        max_length=10,
                    )
                    send = gr.Button(
                        "Ask", variant="primary", elem_id="pa-send", min_width=80, scale=0
                    )
                gr.HTML('<p class="pa-examples-title">For example</p>')
                with gr.Row(elem_id="pa-examples"):
                    examples = [
                        gr.Button(text, size="sm", elem_classes="pa-example", min_width=220)
                        for text in EXAMPLES
                    ]
            with gr.Column(scale=2, elem_id="pa-source", min_width=320):
                gr.HTML(_EMPTY_SOURCE)
        _wire(_responder(engine, recorder), chat, box, day, send, examples)
    return blocks


def _responder(engine: Engine, recorder: Recorder | None) -> Respond:
    def respond(text: str, as_of: str, turns: list[dict[str, Any]]) -> Iterator[Any]:
        yield from _respond(engine, text, as_of, turns, recorder)

    return respond


def _wire(respond: Respond, chat: Any, box: Any, day: Any, send: Any, examples: list[Any]) -> None:
    ask: dict[str, Any] = {
        "fn": respond,
        "inputs": [box, day, chat],
        "outputs": [chat, box],
        "api_visibility": "private",
        "show_progress": "hidden",
    }
    box.submit(**ask)
    send.click(**ask)
    for button in examples:
        button.click(**{**ask, "inputs": [button, day, chat]})


def _respond(
    engine: Engine,
    text: str,
    as_of: str,
    turns: list[dict[str, Any]],
    recorder: Recorder | None = None,
) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """The chat with a question and its growing answer; the box is emptied at once."""
    turns = list(turns or [])
    if not (text or "").strip():
        yield turns, text or ""
        return
    asked = [*turns, {"role": "user", "content": text}]
    waiting = (
        "Searching the corpus…"
        if engine.state == "ready"
        else ("The corpus and the model are still loading; your question is answered right after.")
    )
    yield [*asked, _said(f'<p class="pa-note">{waiting}</p>')], ""
    try:
        assistant = engine.assistant(_WAIT_S)
        answer = assistant.answer(Question(text, _earlier(turns), _day(as_of)))
        if recorder is not None:
            answer = recorder.keep(assistant, answer)
    except PolicyError as error:
        yield [*asked, _said(_trouble(error))], ""
        return
    for html in _growing(answer):
        yield [*asked, _said(html)], ""


def _growing(answer: Answer) -> Iterator[str]:
    if answer.status is AnswerStatus.ANSWERED:
        for count in range(1, len(answer.claims)):
            yield answer_html(answer, count)
    yield answer_html(answer)


def _said(html: str) -> dict[str, Any]:
    return {"role": "assistant", "content": html}


def _trouble(error: PolicyError) -> str:
    from html import escape

    again = " Try again." if isinstance(error, NotReadyError) else ""
    return (
        f'<div class="pa-answer pa-trouble"><p><strong>That did not work.</strong> '
        f"{escape(str(error))}. {escape(error.hint)}{again}</p></div>"
    )


def _day(text: str) -> date | None:
    from assistant.errors import QuestionError

    text = (text or "").strip()
    if not text or text.casefold() == "today":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionError(
            f"{text[:20]!r} is no date", hint="Write the day as YYYY-MM-DD, for example 2025-06-01."
        ) from None


def _earlier(turns: list[dict[str, Any]]) -> tuple[str, ...]:
    """The user's earlier turns as plain text, oldest first; whatever else came is ignored."""
    texts: list[str] = []
    for turn in turns[-40:]:
        if not isinstance(turn, dict) or turn.get("role") != "user":
            continue
        content = turn.get("content")
        if isinstance(content, list):  # Gradio sends parts: [{"type": "text", "text": ...}]
            content = " ".join(
                str(part.get("text", "")) for part in content if isinstance(part, dict)
            )
        if isinstance(content, str) and content.strip():
            texts.append(content[:4000])
    return tuple(texts)
