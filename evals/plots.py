"""Plots as inline SVG (pure): text in, text out, no library, readable from 360 pixels up.

Colours and fonts come from classes that the page styles (`s1` to `s3`, `grid`, `soft`), so that a
plot follows light and dark; series differ in shape as well as in colour. Each plot carries its
title and what it shows as text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 360
_LEFT, _RIGHT, _BOTTOM = 54, 12, 42
_FEW = 6
_BARS = 24


@dataclass(frozen=True, slots=True)
class Dot:
    """A value in [0, 1] over `count` questions; without bounds it is drawn without a whisker."""

    value: float
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Series:
    """A figure drawn for each row of a dot plot; None where it does not apply."""

    name: str
    dots: tuple[Dot | None, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps values onto user units, linearly."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(self.start + share * (self.end - self.start), 1)


def dot_plot(title: str, rows: Sequence[str], series: Sequence[Series]) -> str:
    """Rates by row with their intervals, a line a series; x from 0 to 1.

    No interval is drawn over fewer than six questions: the bootstrap of so few says nothing.
    """
    left, top, line = 136, 18 + 15 * ((len(series) + 1) // 2), 13
    height_of_row = line * len(series) + 10
    bottom = top + height_of_row * len(rows)
    x = _Scale(0, 1, left, WIDTH - _RIGHT)
    parts = [_legend([s.name for s in series])]
    parts += _x_axis(x, (0, 0.25, 0.5, 0.75, 1), top, bottom, "share (0 to 1)", _plain)
    for number, label in enumerate(rows):
        y = top + number * height_of_row
        middle = y + height_of_row / 2
        parts.append(_text(left - 8, middle + 4, label, "end"))
        parts.append(_line(0, y, WIDTH - _RIGHT, y, "grid"))
        for which, one in enumerate(series):
            if dot := one.dots[number]:
                parts.append(_dot(x, y + 5 + line * (which + 0.5), dot, which))
    told = "; ".join(
        f"{label}: " + ", ".join(f"{s.name} {d.value:.2f}" for s in series if (d := s.dots[n]))
        for n, label in enumerate(rows)
    )
    return _svg(title, told, bottom + _BOTTOM, parts)


def _dot(x: _Scale, y: float, dot: Dot, which: int) -> str:
    name = f"s{which + 1}"
    whisker = ""
    if dot.low is not None and dot.high is not None and dot.count >= _FEW:
        whisker = _line(x.at(dot.low), y, x.at(dot.high), y, f"whisker {name}")
    return whisker + _mark(x.at(dot.value), y, which)


def curve(
    title: str,
    points: Sequence[tuple[float, float]],
    labels: Sequence[tuple[float, float, str]],
    axes: tuple[str, str],
) -> str:
    """A stepped curve of rates: x from 0 to 1, y from 0 to the next tenth; labelled points."""
    highest = max((y for _, y in points), default=0.0)
    top_value = max(0.1, math.ceil(highest * 10 - 1e-9) / 10)
    top, bottom = 12, 222
    x = _Scale(0, 1, _LEFT, WIDTH - _RIGHT)
    y = _Scale(0, top_value, bottom, top)
    parts = _x_axis(x, (0, 0.25, 0.5, 0.75, 1), top, bottom, axes[0], _plain)
    parts += _y_axis(y, _ticks(top_value), axes[1], _plain)
    path = " ".join(f"{x.at(a)},{y.at(b)}" for a, b in points)
    parts.append(f'<polyline class="stroke s1" points="{path}"/>')
    for a, b, label in labels:
        above = y.at(b) - 9 if y.at(b) > top + 24 else y.at(b) + 17
        anchor = "end" if a > 0.9 else "start" if a < 0.1 else "middle"
        parts += [_mark(x.at(a), y.at(b), 0), _text(x.at(a), above, label, anchor, "label halo")]
    told = "; ".join(f"at {a:.2f}: {b:.2f} ({label})" for a, b, label in labels)
    return _svg(title, f"{axes[1]} against {axes[0]}. {told}", bottom + _BOTTOM, parts)


def reliability(title: str, points: Sequence[tuple[float, Dot]], axes: tuple[str, str]) -> str:
    """What was promised (x) against what came true (y), both from 0 to 1; the diagonal is ideal."""
    top, bottom = 12, 322
    x = _Scale(0, 1, _LEFT, WIDTH - _RIGHT)
    y = _Scale(0, 1, bottom, top)
    quarters = (0, 0.25, 0.5, 0.75, 1)
    parts = _x_axis(x, quarters, top, bottom, axes[0], _plain)
    parts += _y_axis(y, quarters, axes[1], _plain)
    parts.append(_line(x.at(0), y.at(0), x.at(1), y.at(1), "ideal"))
    for promised, dot in points:
        if dot.low is not None and dot.high is not None:
            at = x.at(promised)
            parts.append(_line(at, y.at(dot.low), at, y.at(dot.high), "whisker s1"))
        parts.append(_mark(x.at(promised), y.at(dot.value), 0))
    told = "; ".join(f"{p:.2f} promised, {d.value:.2f} came true ({d.count})" for p, d in points)
    return _svg(title, told, bottom + _BOTTOM, parts)


def histogram(title: str, values: Sequence[float], marks: Sequence[tuple[str, float]]) -> str:
    """How often values from 0 up occur, with labelled verticals; the last bar holds all above."""
    longest = max(value for _, value in marks) * 1.5
    end = max(1.0, min(longest, max(values, default=longest)))
    step = _nice(end / _BARS)
    bars = max(1, math.ceil(end / step))
    counts = [0] * bars
    for value in values:
        counts[min(bars - 1, int(value / step))] += 1
    top, bottom = 30, 222
    x = _Scale(0, bars * step, _LEFT, WIDTH - _RIGHT)
    highest = max(*counts, 1)
    y = _Scale(0, highest, bottom, top)
    parts = _x_axis(x, _ticks(bars * step), top, bottom, "milliseconds an answer", _number)
    parts += _y_axis(y, _whole(highest), "questions", _number)
    wide = x.at(step) - x.at(0) - 1
    parts += [
        f'<rect class="fill s1" x="{x.at(n * step)}" y="{y.at(count)}" width="{wide:.1f}" '
        f'height="{bottom - y.at(count):.1f}"/>'
        for n, count in enumerate(counts)
        if count
    ]
    for number, (label, value) in enumerate(marks):
        at = min(x.at(value), WIDTH - _RIGHT)
        parts.append(_line(at, top - 4, at, bottom, "mark"))
        anchor = "end" if at > WIDTH * 0.7 else "start"
        parts.append(_text(at + 3, 11 + 12 * (number % 2), f"{label} {_number(value)} ms", anchor))
    above = sum(value >= bars * step for value in values)
    told = ", ".join(f"{label} {_number(value)} ms" for label, value in marks)
    more = f"; {above} took longer than the axis and are in the last bar" if above else ""
    return _svg(title, f"{len(values)} answers: {told}{more}", bottom + _BOTTOM, parts)


def bars(title: str, rows: Sequence[tuple[str, int]], unit: str) -> str:
    """Counts as horizontal bars, with their labels above and their numbers beside them."""
    line, top = 38, 4
    highest = max([*(count for _, count in rows), 1])
    x = _Scale(0, highest, 1, WIDTH - 44)
    parts = []
    for number, (label, count) in enumerate(rows):
        y = top + number * line
        parts.append(_text(1, y + 12, label))
        wide = x.at(count) - 1
        parts.append(f'<rect class="fill s1" x="1" y="{y + 17}" width="{wide:.1f}" height="12"/>')
        parts.append(_text(x.at(count) + 6, y + 27, str(count)))
    told = "; ".join(f"{label}: {count} {unit}" for label, count in rows)
    return _svg(title, told, top + line * len(rows), parts)


def _svg(title: str, told: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"<desc>{escape(told)}</desc>{''.join(parts)}</svg>"
    )


def _legend(names: Sequence[str]) -> str:
    found = []
    for number, name in enumerate(names):
        x, y = 8 + 176 * (number % 2), 10 + 15 * (number // 2)
        found += [_mark(x, y - 3.5, number), _text(x + 10, y, name)]
    return "".join(found)


def _x_axis(
    x: _Scale,
    ticks: Sequence[float],
    top: float,
    bottom: float,
    name: str,
    show: Callable[[float], str],
) -> list[str]:
    parts = [_line(x.at(tick), top, x.at(tick), bottom, "grid") for tick in ticks]
    parts += [_text(x.at(tick), bottom + 15, show(tick), "middle", "soft") for tick in ticks]
    parts.append(_line(x.start, bottom, x.end, bottom, "axis"))
    return [*parts, _text((x.start + x.end) / 2, bottom + 33, name, "middle")]


def _y_axis(
    y: _Scale, ticks: Sequence[float], name: str, show: Callable[[float], str]
) -> list[str]:
    parts = [_line(_LEFT, y.at(tick), WIDTH - _RIGHT, y.at(tick), "grid") for tick in ticks]
    parts += [_text(_LEFT - 6, y.at(tick) + 4, show(tick), "end", "soft") for tick in ticks]
    parts.append(_line(_LEFT, y.start, _LEFT, y.end, "axis"))
    middle = (y.start + y.end) / 2
    turned = f'<text class="label" transform="translate(11 {middle:.0f}) rotate(-90)" '
    return [*parts, f'{turned}text-anchor="middle">{escape(name)}</text>']


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line class="{name}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", name: str = "label") -> str:
    return f'<text class="{name}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _mark(x: float, y: float, which: int) -> str:
    """A circle, a square, a diamond: told apart without colour."""
    name = f"fill s{which % 3 + 1}"
    if which % 3 == 0:
        return f'<circle class="{name}" cx="{x:g}" cy="{y:g}" r="4"/>'
    turned = f' transform="rotate(45 {x:g} {y:g})"' if which % 3 == 2 else ""
    return f'<rect class="{name}" x="{x - 3.5:g}" y="{y - 3.5:g}" width="7" height="7"{turned}/>'


def _plain(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _nice(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten at or above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * f for f in (1, 2, 5, 10) if power * f >= value * (1 - 1e-9))


def _ticks(end: float) -> list[float]:
    step = _nice(end / 5)
    return [step * n for n in range(int(end / step + 1e-9) + 1)]


def _whole(end: int) -> list[float]:
    step = max(1.0, _nice(end / 4))
    return [step * n for n in range(int(end / step) + 1)]
