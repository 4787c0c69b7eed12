"""The days that questions and articles speak of."""
