"""A home as one file: `sourceline export` and `sourceline import`."""
