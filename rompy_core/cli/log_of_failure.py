"""Which log of a failed run people should look at."""

from pathlib import Path
from typing import TYPE_CHECKING

from rompy_core.cli.last_lines import last_lines

if TYPE_CHECKING:
    from rompy_hooks import RunResult

#: Lines of a log's end among which a quoted one is looked for.
_LOOKED_AT = 1000


def with_log(text: str, result: "RunResult") -> str:
    """The text of a failure with the log that has the line that it quotes; the folder where that is not one log.

    Args:
        text: Why the run failed.
        result: The run's result.
    """
    logs = [path for path in (result.stdout, result.stderr) if path is not None]
    if not logs or any(str(path) in text for path in logs):
        return text
    written = [path for path in dict.fromkeys(logs) if last_lines(path, 1)]
    quoting = [path for path in written if _has(path, _quoted(text))]
    candidates = quoting or written or logs[:1]
    if len(candidates) > 1 and len({path.parent for path in candidates}) == 1:
        return f"{text}. Logs: {candidates[0].parent}"
    return f"{text}. Log: {candidates[0]}"


def _quoted(text: str) -> str:
    """What stands in quotation marks at the end of a message, else nothing."""
    _, _, behind = text.partition('"')
    return behind.rpartition('"')[0]


def _has(path: Path, quoted: str) -> bool:
    return bool(quoted) and any(quoted in line for line in last_lines(path, _LOOKED_AT))
