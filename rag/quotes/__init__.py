"""Quotes mode: the articles' own sentences."""
