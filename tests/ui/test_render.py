"""The small words of what is shown."""

from ui.render import about, counted, listed, snippet


def test_small_words() -> None:
    assert about("Title", "Outlet", "2025-01-17") == "Title (Outlet, 2025-01-17)"
    assert about(None, None, None) == ""
    assert snippet("x" * 300).endswith("…")
    assert (counted(1, "article"), counted(2_000, "article")) == ("1 article", "2,000 articles")
    assert listed(map(str, range(30)), most=2) == ["0", "1", "… and 28 more"]
