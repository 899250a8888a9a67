from __future__ import annotations

import re
from xml.etree import ElementTree as Tree

import pytest

from evals.plots import WIDTH, Dot, Series, bars, curve, dot_plot, histogram, reliability

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</svg><script>alert('x')</script>\"&"
SERIES = [
    Series("right", (Dot(0.5, 0.25, 0.75, 12), None)),
    Series("cited", (Dot(1.0, 0.9, 1.0, 12), Dot(0.0, 0.0, 0.5, 3))),
]


def read(svg: str) -> Tree.Element:
    """The plot as XML; what is no XML fails here."""
    assert svg.startswith("<svg")
    return Tree.fromstring(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))  # noqa: S314


def texts(root: Tree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


PLOTS = [
    pytest.param(dot_plot("T", ["date (12)", "rest (3)"], SERIES), id="dots"),
    pytest.param(
        curve("T", [(0.1, 0.3), (0.9, 0.1)], [(0.9, 0.1, "0.40")], ("c", "r")), id="curve"
    ),
    pytest.param(reliability("T", [(0.4, Dot(0.5, 0.2, 0.8, 9))], ("c", "r")), id="reliability"),
    pytest.param(histogram("T", [1.0, 2.0, 30.0], [("p50", 2.0), ("p95", 30.0)]), id="histogram"),
    pytest.param(bars("T", [("lost", 3), ("found", 0)], "questions"), id="bars"),
]


@pytest.mark.parametrize("svg", PLOTS)
def test_a_plot_has_a_title_and_says_in_words_what_it_shows(svg: str) -> None:
    root = read(svg)

    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == "T"
    assert re.search(r"\d", root.findtext(f"{SVG}desc") or "")


@pytest.mark.parametrize("svg", PLOTS)
def test_everything_drawn_lies_inside_the_plot(svg: str) -> None:
    root = read(svg)
    _, _, width, height = map(float, str(root.get("viewBox")).split())

    xs = [float(e.get(k, 0)) for e in root.iter() for k in ("x", "x1", "x2", "cx")]
    ys = [float(e.get(k, 0)) for e in root.iter() for k in ("y", "y1", "y2", "cy")]
    assert width == WIDTH
    assert min(xs) >= 0
    assert max(xs) <= width
    assert min(ys) >= 0
    assert max(ys) <= height


@pytest.mark.parametrize("svg", PLOTS)
def test_a_plot_has_no_colour_of_its_own(svg: str) -> None:
    assert not re.search(r"#[0-9a-f]{3}|rgb|style=|fill=|stroke=", svg)


@pytest.mark.parametrize(
    "svg",
    [
        dot_plot(HOSTILE, [HOSTILE], [Series(HOSTILE, (Dot(0.5, None, None, 9),))]),
        curve(HOSTILE, [(0.1, 0.3)], [(0.1, 0.3, HOSTILE)], (HOSTILE, HOSTILE)),
        reliability(HOSTILE, [(0.4, Dot(0.5, 0.2, 0.8, 9))], (HOSTILE, HOSTILE)),
        histogram(HOSTILE, [1.0], [(HOSTILE, 1.0)]),
        bars(HOSTILE, [(HOSTILE, 1)], HOSTILE),
    ],
)
def test_a_hostile_text_stays_a_text(svg: str) -> None:
    root = read(svg)

    assert not list(root.iter(f"{SVG}script"))
    assert root.findtext(f"{SVG}title") == HOSTILE


def test_series_differ_in_shape_and_a_missing_value_is_not_drawn() -> None:
    root = read(dot_plot("T", ["date", "rest"], SERIES))

    marks = [(e.tag, e.get("class")) for e in root.iter() if "fill" in e.get("class", "")]
    # One of each in the legend; then one and two values.
    assert marks.count((f"{SVG}circle", "fill s1")) == 2
    assert marks.count((f"{SVG}rect", "fill s2")) == 3


def test_no_interval_is_drawn_over_fewer_than_six_questions() -> None:
    root = read(dot_plot("T", ["date", "rest"], SERIES))

    whiskers = [e for e in root.iter(f"{SVG}line") if "whisker" in e.get("class", "")]
    assert len(whiskers) == 2


def test_a_value_stands_at_its_place_on_the_axis() -> None:
    half = Series("right", (Dot(0.5, None, None, 9),))
    root = read(dot_plot("T", ["date"], [half]))

    ticks = {e.text: float(e.get("x", 0)) for e in root.iter(f"{SVG}text")}
    drawn = [float(e.get("cx", 0)) for e in root.iter(f"{SVG}circle")]
    assert drawn[-1] == ticks["0.5"]


def test_the_axis_of_a_curve_ends_at_the_next_tenth() -> None:
    root = read(curve("T", [(0.1, 0.23)], [], ("c", "r")))

    assert "0.3" in texts(root)
    assert "0.4" not in texts(root)


def test_a_curve_without_risk_still_has_an_axis() -> None:
    root = read(curve("T", [(0.1, 0.0), (1.0, 0.0)], [(1.0, 0.0, "0.4")], ("c", "r")))

    assert "0.1" in texts(root)


def test_every_value_is_in_a_bar_and_the_last_holds_all_above() -> None:
    values = [float(n) for n in range(1, 100)] + [50_000.0]
    root = read(histogram("T", values, [("p50", 50.0), ("p95", 95.0)]))

    assert "1 took longer than the axis" in (root.findtext(f"{SVG}desc") or "")
    assert "p95 95 ms" in texts(root)


@pytest.mark.parametrize("values", [[0.0], [0.0, 0.0], [7.0], [1e-9]])
def test_times_that_are_all_alike_can_be_drawn(values: list[float]) -> None:
    root = read(histogram("T", values, [("p50", values[0])]))

    assert sum("fill" in e.get("class", "") for e in root.iter(f"{SVG}rect")) == 1


def test_the_heights_of_bars_are_their_counts() -> None:
    root = read(histogram("T", [1.0, 1.0, 1.0, 1.0, 9.0, 9.0], [("p50", 9.0)]))

    heights = [float(e.get("height", 0)) for e in root.iter(f"{SVG}rect")]
    assert heights[0] == pytest.approx(2 * heights[1])


def test_a_count_of_nothing_is_told_and_has_no_bar() -> None:
    root = read(bars("T", [("lost", 4), ("found", 0)], "questions"))

    widths = [float(e.get("width", 0)) for e in root.iter(f"{SVG}rect")]
    assert widths[1] == 0.0
    assert {"4", "0", "lost", "found"} <= set(texts(root))
