"""``python -m benchmarks [NAME…]`` runs the benchmarks, all of them by default."""

import sys

from benchmarks import importing, turns

BENCHMARKS = {"importing": importing.main, "turns": turns.main}

for name in sys.argv[1:] or BENCHMARKS:
    sys.stdout.write(f"== {name}\n")
    BENCHMARKS[name]()
