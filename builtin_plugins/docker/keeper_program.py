"""The keeper's program: ``python -I -S keeper_program.py DRIVER ON_LOSS GRACE KEPT HOLDER PATH...``.

It waits for the end of its driver with what a bare interpreter has; only when that died is the rest imported.
"""

import os
import select
import sys


def main() -> None:
    """Wait until the driver lets go, or is gone."""
    driver, on_loss, grace, kept, holder, *path = sys.argv[1:]
    container = _wait(int(driver))
    if not container:
        return
    import site

    site.main()  # what -S left out: an editable installation is found by what its .pth files do
    sys.path[:] = dict.fromkeys([*path, *sys.path])
    from builtin_plugins.docker.keeping import keep

    identity, stdout, stderr = container
    keep(identity, stdout, stderr, holder=holder, leave=on_loss == "leave", grace=float(grace), remove=kept == "remove")


def _wait(driver: int) -> list[str]:
    """The container (id, stdout, stderr) that runs though the driver is gone; nothing where none does."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if driver >= 0:
        poll.register(driver, select.POLLIN)
    said, latest = b"", b""
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        heard = os.read(0, 65536) if 0 in ready else b""
        # What the driver said before it died is read first.
        *lines, said = (said + heard).split(b"\1")
        latest = lines[-1] if lines else latest
        if latest == b"bye":
            return []
        if not heard:  # the pipe has ended, or only the driver has: a child that it forked has a copy of the pipe
            return os.fsdecode(latest).split("\0") if latest else []


if __name__ == "__main__":
    main()
