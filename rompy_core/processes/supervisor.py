"""The supervisor's program: ``python -I -S supervisor.py``, one a driver process.

Python compiles a main script at each start, so this one only finds the rest, which is cached: it puts stand-ins for the
packages in place, whose ``__init__`` would import attrs and cost more than the whole supervisor.
"""

import sys


def _name_packages(folder: str) -> None:
    for name, path in (("rompy_core", []), ("rompy_core.processes", [folder])):
        package = type(sys)(name)
        package.__path__ = path
        sys.modules[name] = package


if __name__ == "__main__":
    _name_packages(__file__.rpartition("/")[0])
    from rompy_core.processes.supervision import main

    main()
