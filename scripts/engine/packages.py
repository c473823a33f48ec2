"""Debian's packages, downloaded with apt's own configuration and unpacked; nothing is installed."""

import hashlib
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.cache import cache_folder, made_once
from engine.trouble import OWN_ENGINE, EngineError


def unpacked(*names: str, with_all: bool = False) -> Path:
    """Give a folder into which packages and what they depend on are unpacked.

    Args:
        names: The packages.
        with_all: Unpack every dependency, libc included, as an image needs it; else only what this machine lacks.

    Raises:
        EngineError: There is no apt, or the packages cannot be downloaded.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise EngineError(
            f"packages come from apt-get and dpkg-deb, which are not here: use Debian or Ubuntu, {OWN_ENGINE}"
        )
    text = " ".join((*names, str(with_all)))
    name = f"{names[0]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return made_once(name, lambda folder: _unpack(names, folder, with_all=with_all))


def _unpack(names: tuple[str, ...], folder: Path, *, with_all: bool) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as downloads:
        try:
            _download(names, Path(downloads), [], with_all=with_all)
        except EngineError:
            # The lists are missing or older than the mirror; the machine's own are left as they are.
            _download(names, Path(downloads), _fresh_lists(), with_all=with_all)
        folder.mkdir()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda file: _run("dpkg-deb", "-x", str(file), str(folder)), Path(downloads).glob("*.deb")))


def _download(names: tuple[str, ...], folder: Path, options: list[str], *, with_all: bool) -> None:
    status = ["-o", "Dir::State::status=/dev/null"] if with_all else []
    plan = _run("apt-get", *options, *status, "-s", "install", "--no-install-recommends", *names)
    needed = {line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")}
    # The sandbox user may not write where only root may, and says so at length.
    _run(
        "apt-get",
        *options,
        "-q",
        "-o",
        "APT::Sandbox::User=root",
        "download",
        *sorted(needed | set(names)),
        folder=folder,
    )


def _fresh_lists() -> list[str]:
    lists = cache_folder() / "apt-lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::lists={lists}", "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
    _run("apt-get", *options, "-q", "-o", "APT::Sandbox::User=root", "update")
    return options


def _run(*command: str, folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise EngineError(f"{' '.join(command)} ended with {done.returncode}:\n{last}\nMend apt, {OWN_ENGINE}")
    return done.stdout
