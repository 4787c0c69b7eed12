"""Evidence by the character: by hand, and by counting characters one by one."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measures import MEASURES
from evals.measures.spans import iou, precision, recall
from evals.runs import Region, Row
from index.types import Span
from tests.evals.measures.rows import case, hits

regions = st.lists(
    st.builds(
        lambda file, start, length: Region(file=file, span=Span(start=start, end=start + length)),
        st.sampled_from("ab"),
        st.integers(0, 20),
        st.integers(1, 12),
    ),
    min_size=1,
    max_size=5,
)


def region(file: str, start: int, end: int) -> Region:
    return Region(file=file, span=Span(start=start, end=end))


def test_worked_by_hand() -> None:
    found, gold = [region("a", 0, 100), region("a", 80, 180), region("b", 0, 50)], [region("a", 90, 110)]
    assert recall(found, gold) == 1
    assert precision(found, gold) == 20 / 250  # what is in two hits is read twice, and counts as evidence once
    assert iou(found, gold) == 20 / 250
    assert iou([region("a", 100, 120)], gold) == 10 / (20 + 20 - 10)
    assert recall([region("a", 100, 120)], gold) == 10 / 20


@given(regions, regions)
def test_counting_the_characters_agrees(found: list[Region], gold: list[Region]) -> None:
    read = Counter((r.file, at) for r in found for at in range(r.span.start, r.span.end))
    sought = {(r.file, at) for r in gold for at in range(r.span.start, r.span.end)}
    both = len(read.keys() & sought)
    assert recall(found, gold) == pytest.approx(both / len(sought))
    assert precision(found, gold) == pytest.approx(both / read.total())
    assert iou(found, gold) == pytest.approx(both / (read.total() + len(sought - read.keys())))


def test_five_hits_are_looked_at_and_precision_of_none_is_absent() -> None:
    by_name = {m.name: m for m in MEASURES}
    late = Row(case=case(("a", 0, 9)), answer=hits(*[("b", 0, 9)] * 5, ("a", 0, 9)))
    assert by_name["evidence recall@5"].value(late) == 0
    nothing = Row(case=case(("a", 0, 9)), answer=hits())
    assert by_name["evidence recall@5"].value(nothing) == by_name["evidence IoU@5"].value(nothing) == 0
    assert by_name["evidence precision@5"].value(nothing) is None
    assert by_name["evidence recall@5"].value(Row(case=case("a"), answer=hits(("a", 0, 9)))) is None
    assert by_name["evidence recall@5"].value(Row(case=case(("a", 0, 9), "b"), answer=hits(("a", 0, 9)))) is None
