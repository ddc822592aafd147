"""``python -m benchmarks [NAME…]`` runs the benchmarks, all of them by default."""

import sys

from benchmarks import desk, turns

BENCHMARKS = {"turns": turns.main, "desk": desk.main}

for name in sys.argv[1:] or BENCHMARKS:
    sys.stdout.write(f"== {name}\n")
    BENCHMARKS[name]()
