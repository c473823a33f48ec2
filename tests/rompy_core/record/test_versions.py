"""What a run was made with."""

import os
import platform

import rompy_core
from rompy_core.record import versions


def test_versions_are_those_of_this_process() -> None:
    """They agree with the module platform, which is slower."""
    assert versions() == {
        "rompy": rompy_core.__version__,
        "python": platform.python_version(),
        "platform": f"{os.uname().sysname} {platform.release()} {platform.machine()}",
    }
