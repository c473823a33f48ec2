"""A config from environment variables, for ``--config-from-env``."""

from collections.abc import Mapping, Sequence

from rompy_core.config_files.document import Document
from rompy_core.config_files.include import FileReader
from rompy_core.config_files.keys import bare_segment
from rompy_core.config_files.nodes import Node, Source
from rompy_core.config_files.overrides import put
from rompy_core.config_files.read import finish, in_order, require_mapping
from rompy_core.config_files.tree_builder import Report
from rompy_core.config_files.unreadable import UnreadableError
from rompy_hooks.errors import ConfigError, Fault


def environment_document(
    environ: Mapping[str, str], prefix: str = "ROMPY_CONFIG__", *, overrides: Sequence[str] = ()
) -> Document:
    """Read a config from the environment.

    The variable ``ROMPY_CONFIG`` holds a whole config as YAML or JSON, in which ``${...}`` is expanded. Each variable
    ``ROMPY_CONFIG__backend__type`` puts its text over that at the key ``backend.type``; a name all in upper case is
    lowered (``ROMPY_CONFIG__BACKEND__TYPE``), any other is taken as it is. Digits are indexes where they meet a list.

    Args:
        environ: The variables.
        prefix: What names begin with; without its underscores at the end, the variable of the whole config.
        overrides: Each ``key=value``, put over all of it.

    Raises:
        ConfigError: No such variable, or all that is wrong with them.
    """
    whole = prefix.rstrip("_")
    names = sorted(name for name in environ if name.startswith(prefix))
    reader = FileReader(environ)
    try:
        if whole in environ:
            root = _whole(environ[whole], whole, reader)
        elif names:
            root = Node({}, None, Source())
        else:
            example = f"{prefix}run_id=test"
            raise ConfigError(Fault(f"the variable {whole} is not set, nor one such as {example}"))
        root = _put_all(root, names, environ, prefix, reader.faults.append)
        return finish(root, None, reader.faults, environ, overrides)
    except UnreadableError as error:
        raise ConfigError(in_order([*reader.faults, Fault(error.message, whole, error.line)])) from error


def _whole(text: str, name: str, reader: FileReader) -> Node:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableError("is not UTF-8 text") from error
    root = _json(text, name) or reader.parse(text, "yaml", Source(name))
    require_mapping(root, "the variable")
    assert root is not None  # noqa: S101 - require_mapping saw to it
    return root


def _json(text: str, name: str) -> Node | None:
    """The tree of faultless JSON, of which YAML would refuse tabs and some escapes; YAML tells the faults better."""
    if not text.lstrip().startswith("{"):
        return None
    trial = FileReader({})
    try:
        root = trial.parse(text, "json", Source(name))
    except UnreadableError:
        return None
    return None if trial.faults else root


def _put_all(root: Node, names: list[str], environ: Mapping[str, str], prefix: str, report: Report) -> Node:
    seen: dict[tuple[str, ...], str] = {}
    for name in names:
        path = name.removeprefix(prefix)
        parts = tuple((path.lower() if name.isupper() else path).split("__"))
        if not all(parts):
            report(Fault(f"has an empty part; write {prefix}backend__type for the key backend.type", name))
        elif parts in seen:
            report(Fault(f"is the same key as {seen[parts]}; unset one of them", name))
        else:
            seen[parts] = name
            root = put(root, [bare_segment(part) for part in parts], environ[name], name, report)
    return root
