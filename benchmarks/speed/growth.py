"""How search grows with the corpus: a fit and a plot of what `search.py --write` measured, and the size that one machine is good for.

    python -m benchmarks.speed.growth

A search takes a constant and something for each passage; both are fitted to the milliseconds of the clock at the 95th percentile,
each size counting alike: measure where nobody else uses the machine. Writes growth.svg beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path

import numpy as np

MEASURED, PLOT = (Path(__file__).with_name(name) for name in ("growth.json", "growth.svg"))
BOUND = 150.0  # milliseconds that a search may take at a million passages
Points = list[tuple[int, float]]
"""(passages, milliseconds)."""
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 680, 380, 60, 30, 210, 44
_COLOURS = ("#1f5f8b", "#b3541e", "#3d7a3d", "#7a4a8c", "#8a7a1f")
_STYLE = (
    "svg{font:11px system-ui,sans-serif}text{fill:#5d646c}.middle{text-anchor:middle}.end{text-anchor:end}"
    ".grid{stroke:#d8d4cc;fill:none}.curve{stroke-width:2;fill:none}"
)


def measured(file: Path = MEASURED) -> dict[str, Points]:
    """By what was done one at a time, the p95 at each size."""
    found: dict[str, Points] = {}
    for size, figures in sorted(json.loads(file.read_text(encoding="utf-8")).items(), key=lambda one: int(one[0])):
        for name, one in figures["ways"].items():
            if "processor p95" in one:
                found.setdefault(name, []).append((int(size), one["p95"]))
    return found


def fitted(points: Points) -> tuple[float, float]:
    """Milliseconds whatever the size, and for each passage: least squares of the relative error, neither below 0."""
    sizes, took = np.array(points, float).T
    constant, each = np.linalg.lstsq(np.stack([1 / took, sizes / took], axis=1), np.ones(len(took)), rcond=None)[0]
    if constant < 0:
        return 0.0, float((took / sizes).mean())
    return (float(took.mean()), 0.0) if each < 0 else (float(constant), float(each))


def plot(found: Mapping[str, Points]) -> str:
    """Sizes across and milliseconds up, both in powers of ten, as SVG."""
    sizes = [n for points in found.values() for n, _ in points]
    times = [t for points in found.values() for _, t in points]
    across = _Scale(min(sizes), max(sizes), _LEFT, _WIDTH - _RIGHT)
    up = _Scale(min(times), max(times), _HEIGHT - _BOTTOM, _TOP)
    drawn = [_grid(across, up)]
    for number, ((name, points), colour) in enumerate(zip(found.items(), cycle(_COLOURS), strict=False)):
        drawn.append(_curve(name, points, across, up, colour, _TOP + 18 * number))
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    white = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{_STYLE}</style>{white}{"".join(drawn)}</svg>\n'


class _Scale:
    """From values to places, by their powers of ten."""

    def __init__(self, least: float, most: float, start: int, end: int) -> None:
        self.low, self.high = math.floor(math.log10(least)), math.ceil(math.log10(most))
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def powers(self) -> list[int]:
        """The powers of ten on the axis."""
        return list(range(self.low, self.high + 1))


def _grid(across: _Scale, up: _Scale) -> str:
    parts = []
    for power in across.powers:
        x = across(10**power)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(f'<text class="middle" x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}">{10**power:,}</text>')
    for power in up.powers:
        y = up(10.0**power)
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text class="end" x="{_LEFT - 6}" y="{y + 4:.1f}">{10.0**power:g}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text class="middle" x="{middle}" y="{_HEIGHT - 8}">passages</text>')
    parts.append('<text x="8" y="14">milliseconds, 95th percentile</text>')
    return "".join(parts)


def _curve(name: str, points: Points, across: _Scale, up: _Scale, colour: str, at: int) -> str:
    """The points, the fit as a line, and the name beside the plot."""
    constant, each = fitted(points)
    sizes = np.geomspace(points[0][0], points[-1][0], 40)
    line = " ".join(f"{across(n):.1f},{up(max(constant + each * n, 10.0**up.low)):.1f}" for n in sizes)
    dots = "".join(f'<circle cx="{across(n):.1f}" cy="{up(t):.1f}" r="3" fill="{colour}"/>' for n, t in points)
    key = f'<text x="{_WIDTH - _RIGHT + 12}" y="{at + 10}" style="fill:{colour}">{name}</text>'
    return f'<polyline class="curve" stroke="{colour}" points="{line}"/>{dots}{key}'


def main() -> None:
    """Fit, print, plot."""
    found = {name: points for name, points in measured().items() if len(points) > 1}
    print(f"{'milliseconds, 95th percentile':<32}{'constant':>10}{'a million':>11}{f'{BOUND:.0f} ms at':>14}")
    for name, points in found.items():
        constant, each = fitted(points)
        reached = f"{(BOUND - constant) / each:,.0f}" if each and constant < BOUND else "-"
        print(f"{name:<32}{constant:>10.1f}{constant + each * 1e6:>11.1f}{reached:>14}")
    PLOT.write_text(plot(found), encoding="utf-8")


if __name__ == "__main__":
    main()
