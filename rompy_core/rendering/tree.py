"""Render a template, a directory tree or a single file, into a workspace."""

# Texts instead of paths: one small template again takes less than 100 microseconds.
# ruff: noqa: PTH100, PTH120
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rompy_core.rendering.globs import glob_matcher
from rompy_core.rendering.names import clash, rendered_names
from rompy_core.rendering.source_tree import SourceEntry, source_entries
from rompy_core.rendering.staging import Staged, read_whole, stage
from rompy_hooks import TemplateError


def render_tree(
    template: Path, target: Path, context: Mapping[str, Any], *, raw: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Render contents and names of a template into a directory.

    Everything is rendered before the first file is written, and all that is wrong is told in one error, so a template
    with a fault leaves nothing behind. Files that are no UTF-8 text, and those that match ``raw``, are copied
    unchanged; permission bits are kept (the owner may always write, and the umask holds); links that stay inside the
    tree are copied as links, others are refused; folders are made, empty ones too.

    Args:
        template: A directory tree, or a single file.
        target: The directory to write to; made if it is not there. Files of the same names are replaced whole.
        context: What templates can name.
        raw: Globs of the template's paths whose contents are not rendered; without a slash they match in any folder.

    Returns:
        The files and links that were written, relative to ``target``, sorted.

    Raises:
        TemplateError: Undefined names, syntax errors, names that leave ``target``: each with file and line.
        StageError: A file could not be written.
    """
    root, into = os.fspath(template), os.fspath(target)
    entries = source_entries(root)
    alone = len(entries) == 1 and entries[0].place == root
    if not alone:
        check_target(template, target)
    folder = os.path.dirname(root) if alone else root
    staged = _rendered(entries, _Renderer(folder, context), glob_matcher(raw))
    stage(staged, into)
    return tuple(Path(item.path) for item in sorted(staged) if item.entry.kind != "folder")


def check_target(template: Path, target: Path) -> None:
    """Refuse a target inside its template, where it would be a part of the template the next time.

    Raises:
        TemplateError: It is.
    """
    root, into = os.fspath(template), os.fspath(target)
    if (os.path.abspath(into) + "/").startswith(os.path.abspath(root) + "/"):
        raise TemplateError(
            f"{root}: the workspace {into} is inside this template; give the template a folder of its own"
        )


def _rendered(entries: list[SourceEntry], renderer: "_Renderer", is_raw: Callable[[str], bool]) -> list[Staged]:
    """What is to be written; all faults of the tree are raised together."""
    faults: list[TemplateError] = []
    staged: list[Staged] = []
    for entry, path in rendered_names(entries, renderer.name):
        if isinstance(path, TemplateError):
            faults.append(path)
            continue
        try:
            content = renderer.content(entry) if entry.kind == "file" and not is_raw(entry.path) else None
        except TemplateError as error:
            faults.append(error)
        else:
            staged.append(Staged(path, entry, content))
    if renderer.names_rendered:
        faults += map(TemplateError, clash((item.entry, item.path) for item in staged))
    if faults:
        raise TemplateError("\n".join(map(str, faults))) from faults[0].__cause__
    return staged


class _Renderer:
    """Renders contents and names with one context."""

    def __init__(self, folder: str, context: Mapping[str, Any]) -> None:
        self._folder = folder
        self._context = context
        self.names_rendered = False

    def name(self, entry: SourceEntry, name: str) -> str:
        """One part of a path."""
        self.names_rendered = True
        return self._render(name, f"{entry.path}: its name", f"{entry.place}: its name")

    def content(self, entry: SourceEntry) -> bytes | None:
        """The bytes to write, or ``None`` where the file is to be copied unchanged."""
        data = read_whole(entry)
        if data is None or (b"{{" not in data and b"{%" not in data and b"{#" not in data):
            return data
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return data
        return self._render(text, entry.path, entry.place).encode("utf-8", "surrogateescape")

    def _render(self, source: str, name: str, place: str) -> str:
        from rompy_core.rendering.compiled import compiled, environment_of

        try:
            return compiled(self._folder, name, source).render(self._context)
        except Exception as error:  # a template may raise anything, and all of it is the template's fault
            from rompy_core.rendering.explain import explain

            raise TemplateError(explain(error, environment_of(self._folder), place, source, self._context)) from error
