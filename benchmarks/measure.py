"""Measuring in turns: each subject once, then each again, so that a drift of the machine's speed hits all alike."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def in_turns(
    subjects: Mapping[str, Callable[[], object]], repetitions: int, warm_up: int = 3
) -> dict[str, list[float]]:
    """Seconds of each repetition of each subject."""
    for _ in range(warm_up):
        for subject in subjects.values():
            subject()
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(repetitions):
        for name, subject in subjects.items():
            began = time.perf_counter()
            subject()
            seconds[name].append(time.perf_counter() - began)
    return seconds


def show(title: str, floor: str, seconds: Mapping[str, list[float]], aims: Mapping[str, float]) -> None:
    """Print the floor's median, and each subject's with its ratio to it and what it should be.

    Beside it stands the ratio of the quickest tenths: where other work shares the machine, medians tell of that too.
    """
    base, quiet = statistics.median(seconds[floor]), _quickest_tenth(seconds[floor])
    print(f"\n{title}\n  floor: {floor}: {base * 1000:.3f} ms, undisturbed {quiet * 1000:.3f} ms")
    for name, samples in seconds.items():
        if name != floor:
            median = statistics.median(samples)
            aim = f"  (aim: {aims[name]:g})" if name in aims else ""
            undisturbed = f", undisturbed {_quickest_tenth(samples) / quiet:.2f}"
            print(f"  {name}: {median * 1000:.3f} ms = {median / base:.2f} x floor{undisturbed}{aim}")


def _quickest_tenth(samples: Sequence[float]) -> float:
    return sorted(samples)[len(samples) // 10]
