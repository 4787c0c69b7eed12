"""How hard properties are tried: a little and always the same in `make test`, FUZZ times as hard and by chance in `make fuzz`."""

from __future__ import annotations

import os
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FUZZ = int(os.environ.get("FUZZ", "1"))
CHECKS = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
]
ANY_TEXT = st.text(alphabet=st.characters())  # lone surrogates, NUL and what is not assigned included
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


def tried(examples: int, steps: int = 50) -> settings:
    """That many examples, of at most so many steps, FUZZ times as many."""
    return settings(
        max_examples=examples * FUZZ,
        stateful_step_count=steps,
        derandomize=FUZZ == 1,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=CHECKS,
    )


def cut(text: str, places: list[int]) -> list[str]:
    """The text in pieces."""
    edges = [0, *sorted(min(p, len(text)) for p in places), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]
