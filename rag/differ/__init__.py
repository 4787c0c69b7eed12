"""Where articles disagree in a number or a day."""
