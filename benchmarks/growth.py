"""The plot of docs/search.svg: time of a search as the catalogue grows."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "declic"  # same figures, same bytes
from matplotlib import pyplot  # noqa: E402

COLOURS = {"declic": "#0b5fa5", "PostGIS": "#b35c00", "scan": "#666666"}


def draw_growth(path: Path, figures: Mapping[str, Sequence[tuple[int, float, float]]]) -> None:
    """Sessions against milliseconds, both logarithmic: p50 as a line, p95 dashed."""
    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    for way, points in figures.items():
        sizes, p50, p95 = zip(*points, strict=True)
        axes.plot(sizes, p50, marker="o", color=COLOURS[way], label=f"{way}, p50")
        axes.plot(sizes, p95, marker="o", linestyle="--", color=COLOURS[way], label=f"{way}, p95")
    axes.set(xscale="log", yscale="log", xlabel="sessions in the catalogue", ylabel="ms a search")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize="small", ncols=len(figures))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
