"""Names of files and folders in a template tree: rendered, and held inside the workspace."""

import os
from collections.abc import Callable, Iterable, Iterator

from rompy_core.rendering.source_tree import SourceEntry
from rompy_hooks import TemplateError

#: The folder in a workspace that is rompy's own.
RECORD_FOLDER = ".rompy"
_LONGEST_PART = 255


def rendered_names(
    entries: Iterable[SourceEntry], render: Callable[[SourceEntry, str], str]
) -> Iterator[tuple[SourceEntry, str | TemplateError]]:
    """Each entry of a template, with its path relative to the workspace or with what is wrong with its name.

    Args:
        entries: Folders before what is in them.
        render: Gives the text of one part of a path; raises :class:`TemplateError`.
    """
    folders: dict[str, str | TemplateError] = {"": ""}
    for entry in entries:
        parent, _, name = entry.path.rpartition("/")
        above = folders[parent]
        if isinstance(above, TemplateError):
            path: str | TemplateError = above
        else:
            path = _rendered(entry, above, name, render)
            yield entry, path
        if entry.kind == "folder":
            folders[entry.path] = path


def _rendered(
    entry: SourceEntry, above: str, name: str, render: Callable[[SourceEntry, str], str]
) -> str | TemplateError:
    try:
        if "{" in name:
            name = render(entry, name)
            check_name(entry, name)
        path = f"{above}/{name}" if above else name
        if path.split("/", 1)[0].casefold() == RECORD_FOLDER:
            return TemplateError(f"{entry.place}: its name is {path!r}; {RECORD_FOLDER} holds the run's record")
    except TemplateError as error:
        return error
    return path


def check_name(entry: SourceEntry, name: str) -> None:
    """Refuse a rendered name that is no name, or that leads out of the workspace.

    Raises:
        TemplateError: It names the template and what its name was rendered to.
    """
    wrong = _what_is_wrong(name)
    if wrong:
        raise TemplateError(f"{entry.place}: its name becomes {name!r}, {wrong}")


def _what_is_wrong(name: str) -> str | None:
    if not name:
        return "which is empty"
    if name.startswith("/"):
        return "which is absolute"
    if any(character < " " or character == "\x7f" for character in name):
        return "which has control characters"
    parts = name.split("/")
    if ".." in parts:
        return "which leads out of its folder"
    if "" in parts or "." in parts:
        return "which has an empty part"
    return _too_long(parts)


def _too_long(parts: list[str]) -> str | None:
    try:
        longest = max(len(os.fsencode(part)) for part in parts)
    except UnicodeEncodeError:
        return "which has characters that no file name can have"
    return f"which has more than {_LONGEST_PART} bytes" if longest > _LONGEST_PART else None


def clash(paths: Iterable[tuple[SourceEntry, str]]) -> Iterator[str]:
    """What is wrong where two templates render to one name, or a file's name is needed for a folder."""
    taken: dict[str, SourceEntry] = {}
    needed_as_folder: dict[str, SourceEntry] = {}
    for entry, path in paths:
        first = taken.get(path)
        if entry.kind != "folder":
            if first is not None:
                yield f"{entry.place}: its name becomes {path!r}, and so does that of {first.place}"
            taken[path] = entry
        else:
            needed_as_folder.setdefault(path, entry)
        above = path.rpartition("/")[0]
        while above:
            needed_as_folder.setdefault(above, entry)
            above = above.rpartition("/")[0]
    for path in sorted(taken.keys() & needed_as_folder.keys()):
        yield f"{taken[path].place}: its name becomes {path!r}, which is the folder of {needed_as_folder[path].place}"
