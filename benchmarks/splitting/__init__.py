"""How long a passage should be, and what should be embedded with it."""
