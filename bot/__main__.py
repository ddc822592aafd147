"""``python -m bot`` is the ``declic`` command."""

from bot.cli import main

main()
