"""Write ``elevation.csv`` and ``wave.csv``, the data of the example, again: ``python make_data.py``."""

import csv
import math
from collections.abc import Iterable
from pathlib import Path

LENGTH, WIDTH, SPACING = 1000, 400, 10
DURATION, INTERVAL = 900, 5


def bed(x: float, y: float) -> float:
    """Level of the bed (m): a slope from -5 m up to +3 m, a dune along the shore, and a gap in the dune."""
    slope = -5.0 + 8.0 * x / LENGTH
    dune = 2.4 * math.exp(-(((x - 740) / 30) ** 2))
    gap = math.exp(-(((y - 260) / 45) ** 2))
    scour = 0.4 * math.exp(-(((x - 740) / 90) ** 2))
    return slope + dune * (1.0 - gap) - scour * gap


def wave(time: float) -> float:
    """Level of the sea (m) at the outer edge after ``time`` seconds: a trough, then the crest of the tsunami."""
    return 1.5 * math.exp(-(((time - 150) / 45) ** 2)) - 0.5 * math.exp(-(((time - 60) / 30) ** 2))


def write(name: str, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write a CSV file beside this one."""
    with Path(__file__).with_name(name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Write both files."""
    points = [(x, y) for x in range(0, LENGTH + 1, SPACING) for y in range(0, WIDTH + 1, SPACING)]
    write("elevation.csv", ["x", "y", "z"], ([str(x), str(y), f"{bed(x, y):.2f}"] for x, y in points))
    write("wave.csv", ["time", "stage"], ([str(t), f"{wave(t):.3f}"] for t in range(0, DURATION + 1, INTERVAL)))


if __name__ == "__main__":
    main()
