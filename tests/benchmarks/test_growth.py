"""How search grows is fitted as a constant and something for each passage, and plotted."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.speed.growth import fitted, measured, plot


@pytest.mark.parametrize(("constant", "each"), [(5.0, 0.001), (0.0, 0.002), (8.0, 0.0)])
def test_what_was_put_in_is_found(constant: float, each: float) -> None:
    assert fitted([(n, constant + each * n) for n in (1_000, 10_000, 100_000)]) == pytest.approx(
        (constant, each), abs=1e-9
    )


def test_nothing_takes_less_than_no_time() -> None:
    assert fitted([(1_000, 1.0), (10_000, 12.0), (100_000, 140.0)])[0] == 0
    assert fitted([(1_000, 9.0), (10_000, 8.0), (100_000, 1.0)])[1] == 0


def test_every_way_is_plotted_that_was_measured(tmp_path: Path) -> None:
    ways = {"search": {"p95": 8.0, "processor p95": 9.0}, "search, 16 at once": {"p50": 3.0}}
    more = {"search": {"p95": 50.0, "processor p95": 60.0}}
    (tmp_path / "growth.json").write_text(json.dumps({"100000": {"ways": more}, "1000": {"ways": ways}}))
    found = measured(tmp_path / "growth.json")
    assert found == {"search": [(1000, 8.0), (100_000, 50.0)]}
    drawn = ElementTree.fromstring(plot(found))
    circles = [c for c in drawn.iter() if c.tag.endswith("circle")]
    assert [float(c.attrib["cx"]) for c in circles] == sorted(float(c.attrib["cx"]) for c in circles)
    assert float(circles[0].attrib["cy"]) > float(circles[1].attrib["cy"]), "more milliseconds stand higher"
    assert "search" in ElementTree.tostring(drawn, encoding="unicode")
