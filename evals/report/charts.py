"""Charts as SVG, drawn by hand: no library, no script, colours by class so that light, dark and print have their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from evals.report.contents import Tally

Pair = tuple[float, float]
_W, _H = 360, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 40


def strip(tallies: Sequence[Tally], colours: dict[str, str]) -> str:
    """What became of the cases, as one bar."""
    total, gap, x, parts = sum(t.count for t in tallies), 2.0, 0.0, []
    room = 1000 - gap * (len(tallies) - 1)
    for tally in tallies:
        width = room * tally.count / total
        title = f"<title>{escape(tally.name)}: {tally.count}</title>"
        parts.append(f'<rect class="{colours[tally.name]}" x="{x:.1f}" width="{width:.1f}" height="28">{title}</rect>')
        x += width + gap
    spoken = ", ".join(f"{t.name} {t.count}" for t in tallies)
    return _svg("strip", 1000, 28, escape(spoken, quote=True), "".join(parts), stretch=True)


def bar(value: float, interval: Pair | None) -> str:
    """A share as a bar, with its interval as a whisker."""
    parts = f'<rect class="track" width="200" height="10" y="3"/><rect class="value" width="{200 * value:.1f}" height="10" y="3"/>'
    if interval:
        low, high = (200 * end for end in interval)
        ends = "".join(f"M{x:.1f} 4v8" for x in (low, high))
        parts += f'<path class="whisker" d="M{low:.1f} 8H{high:.1f}{ends}"/>'
    return _svg("bar", 200, 16, "", parts, stretch=True)


def risk_coverage(points: Sequence[Pair]) -> str:
    """The share of wrong answers (risk) by the share of cases that are answered (coverage)."""
    return _plot("coverage: share of cases answered, the surest first", "risk: share not answered right", points, _line)


def calibration(points: Sequence[tuple[float, float, int]]) -> str:
    """The reliability diagram: for each tenth of probability what was said, what was so, and of how many cases."""
    most = max(n for *_, n in points)

    def dots(placed: Sequence[Pair]) -> str:
        circles = (
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{3 + 7 * (n / most) ** 0.5:.1f}">'
            f"<title>{n} cases: said {said:.2f}, was {was:.2f}</title></circle>"
            for (x, y), (said, was, n) in zip(placed, points, strict=True)
        )
        ideal = f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
        return ideal + _line(placed, "curve thin") + "".join(circles)

    return _plot("answerability that was said", "share answerable", [(x, y) for x, y, _ in points], dots)


def _line(placed: Sequence[Pair], kind: str = "curve") -> str:
    return f'<path class="{kind}" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in placed)}"/>'


def _plot(x_name: str, y_name: str, points: Sequence[Pair], drawn: Callable[[Sequence[Pair]], str]) -> str:
    """Points in the unit square, drawn between axes."""
    inner = drawn([(_x(x), _y(y)) for x, y in points])
    spoken = "; ".join(f"{x:.2f}: {y:.2f}" for x, y in points[:: max(1, len(points) // 10)])
    return _svg("plot", _W, _H, f"{y_name}, by {x_name}: {spoken}", _axes(x_name, y_name) + inner)


def _axes(x_name: str, y_name: str) -> str:
    grid, labels = [], []
    for i in range(5):
        x, y = _x(i / 4), _y(i / 4)
        grid.append(f"M{x:.1f} {_y(0)}v4M{_LEFT} {y:.1f}H{_W - _RIGHT}")
        labels.append(f'<text class="middle" x="{x:.1f}" y="{_y(0) + 17:.1f}">{i / 4:g}</text>')
        labels.append(f'<text class="end" x="{_LEFT - 7}" y="{y + 4:.1f}">{i / 4:g}</text>')
    middle = (_x(0) + _x(1)) / 2
    names = (
        f'<text class="middle name" x="{middle}" y="{_H - 5}">{x_name}</text>'
        f'<text class="middle name" transform="translate(11 {(_y(0) + _y(1)) / 2}) rotate(-90)">{y_name}</text>'
    )
    return f'<path class="grid" d="{"".join(grid)}"/>{"".join(labels)}{names}'


def _x(share: float) -> float:
    return _LEFT + share * (_W - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _H - _BOTTOM - share * (_H - _TOP - _BOTTOM)


def _svg(kind: str, width: int, height: int, spoken: str, drawn: str, *, stretch: bool = False) -> str:
    """`spoken` is for those who do not see it; without it the chart only repeats figures that stand beside it."""
    label = f'role="img" aria-label="{spoken}"' if spoken else 'aria-hidden="true"'
    ratio = ' preserveAspectRatio="none"' if stretch else ""
    return f'<svg class="{kind}" viewBox="0 0 {width} {height}"{ratio} {label}>{drawn}</svg>'
