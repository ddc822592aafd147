"""Figures, each a ratio of things measured side by side in one run; ``make bench``."""
