"""What a container uses: the kernel's own counters where they can be read, else what the engine tells."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rompy_hooks import Usage

#: Seconds until the second sample, and the longest time between two: a short run is seen too, a long one costs little.
_FIRST, _LONGEST = 0.02, 1.0

_CGROUPS = Path("/sys/fs/cgroup")


class Sampler:
    """Samples of one container, taken in a thread; the largest memory that was seen counts.

    The thread is not waited for: an engine that is asked just when a container ends may take seconds for its answer.
    """

    def __init__(self, api: Any, container: str) -> None:
        self._api, self._container = api, container
        self._over = threading.Event()
        self.usage = Usage()
        self._thread = threading.Thread(target=self._watch, name="rompy-docker-usage", daemon=True)

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        interval = _FIRST
        try:
            read = self._source()
            while not self._over.is_set():
                seen = read()
                self.usage = Usage(
                    cpu_seconds=max(self.usage.cpu_seconds, seen.cpu_seconds),
                    peak_memory=max(self.usage.peak_memory, seen.peak_memory),
                )
                self._over.wait(interval)
                interval = min(interval * 2, _LONGEST)
        except Exception:  # noqa: BLE001 - whatever a dying container and its engine say: it has ended; what was seen until then counts
            return

    def _source(self) -> Callable[[], Usage]:
        pid = int(self._api.inspect_container(self._container)["State"]["Pid"])
        folders = cgroups_of(pid, self._container)
        if folders is not None:
            return lambda: usage_of_cgroups(*folders)
        return lambda: usage_of_stats(self._api.stats(self._container, stream=False, one_shot=True))


def cgroups_of(
    pid: int, container: str, proc: Path = Path("/proc"), mounted: Path = _CGROUPS
) -> tuple[Path, ...] | None:
    """Folders of the CPU and the memory counters of a container; ``None`` where it does not run on this machine.

    Args:
        pid: Its first process, as the engine numbers it.
        container: Its id, which the names of its control groups hold.
        proc: Where the kernel tells of processes.
        mounted: Where control groups are mounted.
    """
    try:
        lines = (proc / str(pid) / "cgroup").read_text().splitlines()
    except OSError:
        return None
    paths: dict[str, str] = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if container in path:
            paths |= dict.fromkeys(controllers.split(","), path.lstrip("/"))
    named = [mounted / name / paths[name] for name in ("cpuacct", "memory") if name in paths]
    if len(named) < 2 and "" in paths:  # version 2: one for all
        named = [mounted / paths[""]] * 2
    return tuple(named) if len(named) > 1 and all(folder.is_dir() for folder in named) else None


def usage_of_cgroups(cpu: Path, memory: Path) -> Usage:
    """CPU seconds and memory of a control group, of version 1 or 2.

    Files that the kernel keeps in memory are not counted: they are not the model's.

    Raises:
        OSError: It is gone.
    """
    kept = dict(line.split() for line in (memory / "memory.stat").read_text().splitlines())
    used = int(kept.get("anon", kept.get("total_rss", 0))) + int(kept.get("shmem", kept.get("total_shmem", 0)))
    if (cpu / "cpuacct.usage").exists():
        return Usage(cpu_seconds=int((cpu / "cpuacct.usage").read_text()) / 1e9, peak_memory=used)
    spent = dict(line.split() for line in (cpu / "cpu.stat").read_text().splitlines())
    return Usage(cpu_seconds=int(spent["usage_usec"]) / 1e6, peak_memory=used)


def usage_of_stats(stats: Mapping[str, Any]) -> Usage:
    """CPU seconds and memory of one of the engine's answers.

    >>> usage_of_stats({"cpu_stats": {"cpu_usage": {"total_usage": 2_500_000_000}}, "memory_stats": {"usage": 4096}})
    Usage(cpu_seconds=2.5, peak_memory=4096)
    """
    cpu = (stats.get("cpu_stats") or {}).get("cpu_usage") or {}
    memory = stats.get("memory_stats") or {}
    inner = memory.get("stats") or {}
    cached = int(inner.get("inactive_file", inner.get("total_inactive_file", 0)))
    used = max(int(memory.get("usage", 0)) - cached, 0)
    return Usage(cpu_seconds=int(cpu.get("total_usage", 0)) / 1e9, peak_memory=used)
