"""The HTTP server over the real corpus: health, API, source fragments, errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.settings import AssistantSettings
from assistant.web.app import make_app
from assistant.web.engine import Engine
from assistant.wiring import build_assistant
from corpus.errors import HomeError
from index.settings import IndexSettings

QUESTION = "At what training compute is a general-purpose AI model presumed to have systemic risk?"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    home: Path = tmp_path_factory.mktemp("web-home")
    engine = Engine(lambda say: build_assistant(IndexSettings(home=home), AssistantSettings()))
    engine.load()
    return make_app(engine)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


def test_a_ready_server_is_healthy_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200


def test_ask_gives_the_contracts_answer(client: TestClient) -> None:
    body = client.post("/api/v1/ask", json={"question": QUESTION}).json()

    assert body["status"] == "answered"
    assert body["abstained"] is False
    assert body["abstain_reason"] is None
    first = body["citations"][0]
    assert (first["instrument_id"], first["locator"]) == ("eu-ai-act", "Article 51(2)")
    shown = client.get("/api/v1/instruments/eu-ai-act/provisions/Article 51(2)").json()
    assert shown["text"][first["quote_start"] : first["quote_end"]] == first["quote"]


def test_a_day_in_the_past_gives_the_wording_of_that_day(client: TestClient) -> None:
    path = "/api/v1/instruments/eu-ai-act/provisions/Article 113"

    before = client.get(path, params={"as_of": "2026-07-26"}).json()
    after = client.get(path, params={"as_of": "2026-07-27"}).json()

    assert before["valid_to"] == after["valid_from"] == "2026-07-27"
    assert before["text"] != after["text"]


def test_search_gives_hits_with_the_routes_that_found_them(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "Art. 6(2) AI Act", "k": 3}).json()

    assert body["hits"][0]["locator"] == "Article 6(2)"
    assert "reference" in body["hits"][0]["found_by"]
    assert len(body["hits"]) == 3


def test_instruments_are_listed_and_read_one_by_one(client: TestClient) -> None:
    listed = client.get("/api/v1/instruments").json()["instruments"]
    one = client.get("/api/v1/instruments/eu-ai-act").json()

    assert {"eu-ai-act", "ear", "itar", "g7-trusted-partners"} <= {row["id"] for row in listed}
    assert "Article 51(2)" in one["locators"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("POST", "/api/v1/ask", {"question": "  "}, 422, id="empty question"),
        pytest.param("POST", "/api/v1/ask", {"question": "x" * 100_000}, 422, id="long question"),
        pytest.param("POST", "/api/v1/ask", {}, 422, id="no question"),
        pytest.param(
            "POST", "/api/v1/ask", {"question": "a?", "as_of": "soon"}, 422, id="no date"
        ),
        pytest.param(
            "POST", "/api/v1/ask", {"question": "a?", "instruments": ["x"]}, 404, id="no instrument"
        ),
        pytest.param("GET", "/api/v1/search?q=", None, 422, id="empty query"),
        pytest.param("GET", "/api/v1/instruments/nope", None, 404, id="unknown instrument"),
        pytest.param(
            "GET", "/api/v1/instruments/ear/provisions/banana", None, 422, id="no locator"
        ),
        pytest.param(
            "GET", "/api/v1/instruments/ear/provisions/Article 999", None, 404, id="no provision"
        ),
        pytest.param("GET", "/ui/source?provision=x%23y", None, 404, id="no source"),
        pytest.param(
            "GET", "/ui/source?provision=eu-ai-act%23article-51_2&version=9", None, 404,
            id="no version",
        ),
    ],
)  # fmt: skip
def test_a_bad_request_gives_a_json_error_with_a_hint(
    client: TestClient, method: str, path: str, body: dict[str, object] | None, status: int
) -> None:
    reply = client.request(method, path, json=body)

    assert reply.status_code == status
    error = reply.json()["error"]
    assert error["code"] and error["message"] and "hint" in error
    assert "Traceback" not in reply.text


def test_bytes_that_are_not_utf_8_are_refused_in_json(client: TestClient) -> None:
    reply = client.post(
        "/api/v1/ask", content=b'{"question": "\xff\xfe"}',
        headers={"content-type": "application/json"},
    )  # fmt: skip

    assert reply.status_code in {400, 422}
    assert reply.json()["error"]["message"]


def test_an_oversize_body_is_refused_before_it_is_read(client: TestClient) -> None:
    reply = client.post(
        "/api/v1/ask", content=b"x" * 1_000_001, headers={"content-type": "application/json"}
    )

    assert reply.status_code == 413


def test_a_source_fragment_marks_the_quote_and_escapes_the_rest(client: TestClient) -> None:
    shown = client.get(
        "/ui/source",
        params={"provision": "eu-ai-act#article-51_2", "start": 0, "end": 12},
    )

    assert shown.status_code == 200
    assert '<mark id="pa-quote"' in shown.text
    assert "#art_51" in shown.text
    assert "Timeline of this instrument" in shown.text


def test_every_reply_keeps_the_page_to_its_own_origin(client: TestClient) -> None:
    policy = client.get("/healthz").headers["content-security-policy"]

    assert "connect-src 'self'" in policy
    assert "http:" not in policy and "https:" not in policy


def test_a_server_whose_engine_is_broken_says_what_to_do() -> None:
    def make(say: object) -> None:
        raise HomeError("POLICY_HOME /nowhere cannot be written: Read-only file system")

    engine = Engine(make)  # type: ignore[arg-type]
    engine.load()

    with TestClient(make_app(engine)) as client:
        ready = client.get("/readyz")
        asked = client.post("/api/v1/ask", json={"question": "What is a deployer?"})

    assert ready.status_code == 503
    assert "cannot be written" in ready.json()["problem"]
    assert asked.status_code == 503
    assert "Set POLICY_HOME" in asked.json()["error"]["hint"]


@pytest.mark.parametrize(
    ("provision", "link"),
    [
        pytest.param("eu-ai-act#article-51_2", "Official page of EU AI Act", id="law"),
        pytest.param(
            "g7-trusted-partners#heading-What-happened_1",
            "Source of G7 trusted partners proposal",
            id="a dossier, which rests on the press",
        ),
    ],
)
def test_only_a_law_links_to_an_official_page(
    client: TestClient, provision: str, link: str
) -> None:
    shown = client.get("/ui/source", params={"provision": provision, "start": 0, "end": 9})

    assert f">{link} ↗<" in shown.text
