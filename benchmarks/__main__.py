"""``python -m benchmarks [NAME…]`` runs the benchmarks, all of them by default."""

import sys

from benchmarks import conversations, places, search, turns, widget

BENCHMARKS = {
    "conversations": conversations.main,
    "places": places.main,
    "search": search.main,
    "turns": turns.main,
    "widget": widget.main,
}

for name in sys.argv[1:] or BENCHMARKS:
    sys.stdout.write(f"== {name}\n")
    BENCHMARKS[name]()
