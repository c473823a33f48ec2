"""``python -m rompy_core`` is the command ``rompy``."""

from rompy_core.cli.main import main

main()
