"""Files that a reader gives to the page: named safely, counted, and kept in the home."""

from __future__ import annotations

LARGEST = 50 * 1024 * 1024  # bytes of one file
