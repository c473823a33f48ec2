"""A flood of model output against a shell that writes it to a file, and what it does to the driver's memory."""

import itertools
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from rompy_core import ModelRun, create_plugin_manager

_MIB = 1024 * 1024


def main() -> None:
    """Measure and print."""
    print("\nmodel output")
    manager = create_plugin_manager()
    for megabytes, repetitions in ((500, 6), (2000, 4)):
        with tempfile.TemporaryDirectory() as folder:
            _measure(manager, Path(folder), megabytes, repetitions)


def _measure(manager: object, folder: Path, megabytes: int, repetitions: int) -> None:
    command = f"head -c {megabytes * 1_000_000} /dev/zero"
    numbers = itertools.count()
    ours: list[float] = []
    shells: list[float] = []
    ModelRun(run_id="warm-up", output_dir=folder, plugin_manager=manager).run(backend="local", command="true")
    before = _memory("VmRSS")

    def shell() -> None:
        log = folder / f"shell-{next(numbers)}.log"
        shells.append(_timed(lambda: subprocess.run(f"{command} > {log}", shell=True, check=True)))
        log.unlink()

    def rompy() -> None:
        model = ModelRun(run_id=f"run-{next(numbers)}", output_dir=folder, plugin_manager=manager)
        ours.append(_timed(lambda: model.run(backend="local", command=command)))
        stdout = model.staging_dir / ".rompy/attempts/1/stdout.log"
        assert stdout.stat().st_size == megabytes * 1_000_000
        stdout.unlink()

    for number in range(repetitions):
        # Who comes second finds the disk busy with what the first one left, so each is first as often as the other.
        for write in (shell, rompy) if number % 2 else (rompy, shell):
            write()
    growth = _memory("VmHWM") - before
    floor, our = statistics.median(shells), statistics.median(ours)
    print(f"  floor: a shell writing {megabytes} MB: {megabytes / floor:.0f} MB/s")
    print(f"  rompy: {megabytes / our:.0f} MB/s = {floor / our:.2f} of the shell's speed  (aim: 0.95)")
    print(f"  growth of resident memory: {growth / _MIB:.2f} MiB  (aim: below 2)")


def _timed(subject: object) -> float:
    began = time.perf_counter()
    subject()  # type: ignore[operator]
    return time.perf_counter() - began


def _memory(name: str) -> int:
    """Bytes of a line of the kernel's account of this process, see proc(5)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)
