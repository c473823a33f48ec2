"""What a run was made with, as far as the host knows by itself."""

import functools
import os
import sys

import rompy_core
from rompy_core.record.plain_data import PlainData


@functools.cache
def versions() -> PlainData:
    """Versions of rompy and Python, and the platform; plugins' distributions are the plugin manager's to tell.

    >>> sorted(versions())
    ['platform', 'python', 'rompy']
    """
    system = os.uname()
    return PlainData(
        {
            "rompy": rompy_core.__version__,
            # Not of the module platform: it takes milliseconds to import.
            "python": ".".join(map(str, sys.version_info[:3])),
            "platform": f"{system.sysname} {system.release} {system.machine}",
        }
    )
