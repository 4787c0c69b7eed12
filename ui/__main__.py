"""`python -m ui` is `sourceline`."""

from ui.cli import main

main()
