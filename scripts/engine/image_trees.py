"""The files of the test images: busybox, Python and MPI, from Debian's packages and PyPI's wheels."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from engine.packages import unpacked
from engine.trouble import EngineError

#: What an image for tests needs of no package.
_UNUSED = ("usr/share", "var", "etc", "boot", "usr/lib/systemd", "usr/lib/gcc")
_UNUSED_MODULES = ("ensurepip", "idlelib", "lib2to3", "pydoc_data", "turtledemo", "config-*")
_USERS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
}
_HELLO = """#!/usr/bin/python3
from mpi4py import MPI

world = MPI.COMM_WORLD
total = world.allreduce(world.rank + 1)
print(f"rank {world.rank} of {world.size}, sum {total}", flush=True)
"""


def busybox(tree: Path) -> None:
    """A shell and the usual small programs."""
    program = next(unpacked("busybox-static").glob("**/bin/busybox"))
    (tree / "usr/bin").mkdir(parents=True)
    shutil.copy2(program, tree / "usr/bin/busybox")
    for name in subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split():
        if name != "busybox":
            (tree / "usr/bin" / name).symlink_to("busybox")
    for name in ("bin", "sbin", "usr/sbin"):
        (tree / name).symlink_to("bin" if "/" in name else "usr/bin")
    for name, mode in (("root", 0o700), ("tmp", 0o1777), ("var", 0o755), ("etc", 0o755)):
        (tree / name).mkdir()
        (tree / name).chmod(mode)
    for file, text in _USERS.items():
        (tree / file).write_text(text)


def python(tree: Path) -> None:
    """Debian's python3 and the libraries that it needs, beside busybox."""
    busybox(tree)
    packages = unpacked("python3", with_all=True)
    with tempfile.TemporaryDirectory(dir=tree.parent) as scratch:
        copy = Path(scratch) / "tree"
        shutil.copytree(packages, copy, symlinks=True)
        for name in _UNUSED:
            shutil.rmtree(copy / name, ignore_errors=True)
        for pattern in (*(f"usr/lib/python3*/{name}" for name in _UNUSED_MODULES), "**/gconv", "**/__pycache__"):
            for found in list(copy.glob(pattern)):
                shutil.rmtree(found)
        # Programs stay out, busybox has them; libraries are where a merged /usr has them, in every release.
        for name in ("lib", "lib64", "usr/lib", "usr/lib64"):
            if (copy / name).is_dir() and not (copy / name).is_symlink():
                shutil.copytree(copy / name, tree / "usr" / Path(name).name, symlinks=True, dirs_exist_ok=True)
        for program in (copy / "usr/bin").glob("python3*"):
            shutil.copy2(program, tree / "usr/bin", follow_symlinks=False)
    for name in ("lib", "lib64"):
        (tree / "usr" / name).mkdir(exist_ok=True)
        (tree / name).symlink_to(f"usr/{name}")


def mpich(tree: Path) -> None:
    """MPICH and mpi4py from PyPI's wheels, on the Python above, and ``mpi-hello``."""
    python(tree)
    site = next((tree / "usr/lib").glob("python3.*"))
    modules = tree / "usr/lib/python3/dist-packages"
    modules.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tree.parent) as scratch:
        for wheel in _wheels(Path(scratch), site.name.removeprefix("python"), "mpich", "mpi4py"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(modules)
    for data in list(modules.glob("mpich-*.data/data")):
        for program in (data / "bin").iterdir():
            program.chmod(0o755)  # zipfile leaves modes out
        for name in ("bin", "lib"):
            shutil.copytree(data / name, tree / "usr" / name, dirs_exist_ok=True)
        shutil.rmtree(data.parent)
    hello = tree / "usr/bin/mpi-hello"
    hello.write_text(_HELLO)
    hello.chmod(0o755)


def _wheels(folder: Path, version: str, *names: str) -> list[Path]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", f"--python-version={version}", f"--dest={folder}", *names]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.strip()}")
    return sorted(folder.glob("*.whl"))
