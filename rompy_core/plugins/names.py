"""The names of plugins, in full and in short.

A plugin is called ``group:name``: ``builtin:local``, ``rompy:tides``, ``rompy.run:custom``, ``-p:my_module``,
``local:rompy_plugins``, ``host:Watcher``. Where two distributions use one entry point, ``@distribution`` follows.
"""

from collections.abc import Iterable


def short(name: str) -> str:
    """The name without its group.

    >>> short("rompy.run:custom@cloud-tools")
    'custom'
    """
    return name.partition(":")[2].partition("@")[0] or name


def answers_to(name: str, wanted: str) -> bool:
    """Whether a plugin of the name ``name`` may be called ``wanted``.

    >>> [answers_to("rompy.run:custom@cloud", word) for word in ("custom", "rompy.run:custom", "custom@cloud", "run")]
    [True, True, True, False]
    """
    group, _, rest = name.partition(":")
    without = rest.partition("@")[0]
    return wanted in (name, f"{group}:{without}", rest, without)


def called(wanted: str, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that ``wanted`` may mean; a name written in full means itself alone."""
    known = tuple(names)
    return [wanted] if wanted in known else sorted({name for name in known if answers_to(name, wanted)})


def listed(names: Iterable[str]) -> str:
    """Names for a message, sorted."""
    return ", ".join(sorted(set(names))) or "none"
