"""Run the benchmarks named on the command line, or all of them."""

import sys
from importlib import import_module

NAMES = ("startup", "runs", "dispatch", "structuring", "output")


def main(names: list[str]) -> int:
    """Run them; an unknown name is an error."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; known: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names or NAMES:
        import_module(name).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
