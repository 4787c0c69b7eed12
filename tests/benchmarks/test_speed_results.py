"""The page of what was measured: one section for each command, replaced when it is measured again."""

from __future__ import annotations

from pathlib import Path

from benchmarks.speed import results
from benchmarks.speed.ratio import ratio
from benchmarks.speed.results import STAGES, Stage, command, kept, section, write


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page, (first, second) = tmp_path / "RESULTS.md", STAGES[:2]
    write(page, {second.heading: section(second, ["-m", "two"], "twelve\n")})
    write(page, kept(page) | {first.heading: section(first, ["-m", "one"], "old\n")})
    before = page.read_text(encoding="utf-8")
    write(page, kept(page) | {first.heading: section(first, ["-m", "one"], "new\n")})
    after = page.read_text(encoding="utf-8")
    assert after == before.replace("old", "new")
    assert after.index(first.heading) < after.index(second.heading)
    assert "`python -m two`" in after
    assert "chromadb" in after


def test_an_option_without_a_value_is_left_out() -> None:
    stage = Stage(heading="Peers", module="peers", arguments=("{data}", "--haiku-python", "{haiku}"))
    assert command(stage, {"data": "d", "haiku": ""}) == ["-m", "benchmarks.speed.peers", "d"]
    assert command(stage, {"data": "d", "haiku": "p"})[-2:] == ["--haiku-python", "p"]


def test_every_stage_is_a_module_of_the_folder() -> None:
    folder = Path(results.__file__).parent
    assert all((folder / f"{stage.module}.py").exists() for stage in STAGES)


def test_a_ratio_is_that_of_the_turns() -> None:
    assert ratio([2.0, 4.0, 9.0], [1.0, 2.0, 3.0]) == "2.00 [2.00, 3.00]"
    assert ratio([3.0], [2.0]) == "1.50"
