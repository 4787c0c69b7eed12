"""Measurements: what is imported first is what the product imports first, before numpy."""

import index  # noqa: F401
