"""``python -m benchmarks [NAME…]`` runs the benchmarks, all of them by default."""

import sys

from benchmarks import conversations, desk, importing, matching, places, search, turns, widget

BENCHMARKS = {
    "conversations": conversations.main,
    "desk": desk.main,
    "importing": importing.main,
    "matching": matching.main,
    "places": places.main,
    "search": search.main,
    "turns": turns.main,
    "widget": widget.main,
}

for name in sys.argv[1:] or BENCHMARKS:
    sys.stdout.write(f"== {name}\n")
    BENCHMARKS[name]()
