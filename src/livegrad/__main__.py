"""``python -m livegrad`` is the same as ``livegrad``."""

from livegrad.cli import main

main()
