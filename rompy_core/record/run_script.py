"""``run.sh``: what would repeat the run by hand."""

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from rompy_core.workspace.atomic import write_whole
from rompy_core.workspace.redaction import logins_in, secrets_in
from rompy_hooks import ResolvedStep, Secret, looks_secret

#: The script's name in the record's folder.
REPEAT_SCRIPT = "run.sh"

_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPTION_NAME = re.compile(r"[\w.\-]+")
_HEAD = """\
#!/bin/sh
# Repeats the commands of run {run} by hand, with the inputs as they are; nothing is recorded or judged.
set -e
workspace=$(cd -- "$(dirname -- "$0")/.." && pwd)
"""
_ONLY_BY_ROMPY = """\
# The model config runs itself, in an interpreter that rompy starts.
echo "repeat this run with: rompy run --skip-generate CONFIG" >&2
exit 1"""


def repeat_script(
    workspace: Path,
    steps: Sequence[ResolvedStep],
    environment: Mapping[str, str | Secret],
    working_dir: Path | None,
    argvs: Sequence[str | Sequence[str] | None],
    secrets: Mapping[str, str] | None = None,
) -> str:
    """A shell script that does the steps of a run, wherever the workspace is moved to.

    Secrets are not in it: it asks for them as environment variables.

    Args:
        workspace: Absolute path of the workspace.
        steps: What is executed, in order.
        environment: What the settings add to the environment; a ``Secret`` is asked for, like what has a secret name.
        working_dir: Working directory of the steps, relative to the workspace or absolute.
        argvs: What is executed for each step, launcher included: words, or a text for a shell; ``None`` for what
            rompy alone can start, a model config that runs itself.
        secrets: Values that must not be in it, and the variables to ask for instead.
    """
    place = workspace if working_dir is None else workspace / working_dir
    lines = [_HEAD.format(run=_comment(workspace.name)), *_exports(environment), f"cd -- {_path(place, workspace)}"]
    for step, argv in zip(steps, argvs, strict=True):
        if argv is None:
            lines += [f"\n# {_comment(step.name)}", _ONLY_BY_ROMPY]
            continue
        stdin = "/dev/null" if step.stdin is None else _path(step.stdin, workspace)
        lines += [f"\n# {_comment(step.name)}", f"{_command(argv, secrets or {})} < {stdin}"]
    return "\n".join(lines) + "\n"


def write_repeat_script(
    record_dir: Path,
    working_dir: Path | None,
    steps: Sequence[ResolvedStep],
    environment: Mapping[str, str | Secret],
    argvs: Sequence[str | Sequence[str] | None],
    secrets: Mapping[str, str] | None = None,
) -> None:
    """Write :func:`repeat_script` into the record's folder, executable.

    Raises:
        OSError: It cannot be written; nothing half is left.
    """
    text = repeat_script(record_dir.parent, steps, environment, working_dir, argvs, secrets)
    write_whole(f"{record_dir}/{REPEAT_SCRIPT}", os.fsencode(text), mode=0o777)


def _comment(text: str) -> str:
    return text if text.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in text)


def _exports(environment: Mapping[str, str | Secret]) -> list[str]:
    lines = []
    for name, value in environment.items():
        if _SHELL_NAME.fullmatch(name) is None:
            lines.append(f"# {_comment(name)} cannot be set by a shell")
        elif looks_secret(name) or isinstance(value, Secret):
            lines.append(f': "${{{name}:?set it}}"; export {name}')
        else:
            lines.append(f"export {name}={shlex.quote(value)}")
    return lines


def _path(path: Path, workspace: Path) -> str:
    if path == workspace:
        return '"$workspace"'
    if path.is_relative_to(workspace):
        return f'"$workspace"/{shlex.quote(str(path.relative_to(workspace)))}'
    return shlex.quote(str(path))


def _command(argv: str | Sequence[str], secrets: Mapping[str, str]) -> str:
    if isinstance(argv, str):
        return f"/bin/sh -c {_quoted(argv, secrets)}"
    quoted: list[str] = []
    wanted = ""
    secrets = {**logins_in(argv), **secrets}
    for word in argv:
        if wanted and not word.startswith("-"):
            quoted.append(_asked_for(wanted))
        else:
            quoted.append(_quoted(word, secrets))
        wanted = word if word.startswith("-") and "=" not in word and looks_secret(word.lstrip("-")) else ""
    return " ".join(quoted)


def _quoted(text: str, secrets: Mapping[str, str]) -> str:
    """A text as a word of the script; the script's shell pastes secrets in, as the config file's variables were."""
    name, equals, value = text.partition("=")
    if equals and _OPTION_NAME.fullmatch(name) and looks_secret(name) and not value.startswith("$"):
        return f"{shlex.quote(name)}={_asked_for(name)}"
    return _pasted(text, {**secrets_in(text), **secrets})


def _pasted(text: str, secrets: Mapping[str, str]) -> str:
    for value, name in secrets.items():
        if value in text:
            rest = {other: secrets[other] for other in secrets if other != value}
            return _asked_for(name).join(_pasted(part, rest) if part else "" for part in text.split(value))
    return shlex.quote(text)


def _asked_for(name: str) -> str:
    """The variable that the script asks for in a secret's place: ``--api-key`` becomes ``$API_KEY``."""
    variable = re.sub(r"\W", "_", name.rpartition(".")[2].lstrip("-"), flags=re.ASCII).upper()
    return f'"${{{variable}:?set it}}"'
