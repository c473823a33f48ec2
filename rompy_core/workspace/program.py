"""The program of a command, as people know it: what messages call the model by."""

import re
from collections.abc import Sequence

from rompy_core.workspace.redaction import redact_text

# What stands before the program in a shell's text: A=1 B='2 3', cd there &&, ulimit -s unlimited;
_BEFORE = re.compile(
    r"""\s*(?:
        [A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\$\([^)]*\)|\\.|\$(?!\()|[^\s;|&"'$\\])*(?:\s*(?:&&|;)|\s)
      | (?:cd|export|source|\.|set|ulimit|umask|module|mkdir)\s[^;&|\n]*(?:&&|;|\n)
      | (?:exec|env|time|nohup)\s(?!\s*\d*[<>])
    )\s*""",
    re.VERBOSE,
)


def program_of(command: str | Sequence[str]) -> str:
    """The word of a command that names its program, without secrets; ``the command`` where none is told.

    Args:
        command: Words, or a text for a shell.

    >>> program_of("API_TOKEN=sesame ./swan.exe -n 4"), program_of(["./swan.exe", "-n", "4"])
    ('./swan.exe', './swan.exe')
    >>> program_of("cd run && ulimit -s unlimited; ww3_shel > log"), program_of("A=1")
    ('ww3_shel', 'the command')
    """
    if not isinstance(command, str):
        return redact_text(command[0])
    end = 0
    while (match := _BEFORE.match(command, end)) is not None:
        end = match.end()
    words = command[end:].split(maxsplit=1)
    word = words[0].rstrip(";") if words else ""
    return "the command" if not word or re.match(r"[A-Za-z_]\w*=", word) else redact_text(word)
