"""Judging what a run left behind; models such as SWAN exit 0 when they fail."""

from collections.abc import Sequence
from pathlib import Path

from rompy_core.expectations.globs import matching
from rompy_core.expectations.log_lines import numbered_lines
from rompy_core.expectations.log_search import Hit, search_logs
from rompy_core.expectations.unmet import Unmet, readable
from rompy_core.workspace import Snapshot
from rompy_hooks import Expect

#: Logs that a message lists.
_LISTED = 6


def judge(
    expect: Expect, workspace: Path, before: Snapshot, after: Snapshot, logs: Sequence[Path] = ()
) -> tuple[Unmet, ...]:
    """The expectations that were not met, the most telling first.

    Args:
        expect: What was expected.
        workspace: The workspace, absolute.
        before: What lay there before the attempt; what is new is told by it, never by a clock.
        after: What lies there now.
        logs: Where stdout and stderr went.
    """
    if not expect:
        return ()
    # What somebody else left there, and the model did not touch, tells nothing of this attempt.
    written = {path: facts for path, facts in after.items() if before.get(path) != facts}
    return (
        *_error_files(expect, workspace, written),
        *_logs(expect, workspace, written, logs),
        *_outputs(expect, workspace, before, after),
    )


def _error_files(expect: Expect, workspace: Path, after: Snapshot) -> list[Unmet]:
    unmet = []
    for pattern in expect.error_files:
        for path in matching(pattern, after):
            if after[path][1] == 0:
                continue
            number, line = _first_words(workspace / path)
            quoted = f': "{line}"' if line else ""
            unmet.append(Unmet("error_files", pattern, f"{path} is not empty{quoted}", path, number, line))
    return unmet


def _first_words(path: Path) -> tuple[int | None, str | None]:
    """The first line with something to read."""
    try:
        return next(((number, readable(line)) for number, line in numbered_lines(path) if readable(line)), (None, None))
    except OSError:
        return None, None


def _logs(expect: Expect, workspace: Path, after: Snapshot, logs: Sequence[Path]) -> list[Unmet]:
    patterns = (*expect.log_errors, *expect.log_success)
    if not patterns:
        return []
    named = [(path.name, path) for path in logs]
    absent = []
    for glob in expect.logs:
        paths = matching(glob, after)
        named += [(path, workspace / path) for path in paths]
        absent += [] if paths else [f"{glob} (missing)"]
    found = search_logs(named, patterns)
    searched = _listed([name for name, _ in named] + absent)
    return [_told(pattern, found[pattern]) for pattern in expect.log_errors if pattern in found] + [
        Unmet("log_success", pattern, f"no line of {searched} matches {pattern!r}")
        for pattern in expect.log_success
        if pattern not in found
    ]


def _told(pattern: str, hit: Hit) -> Unmet:
    line = readable(hit.line)
    message = f'{hit.log}:{hit.line_number} matches {pattern!r}: "{line}"'
    return Unmet("log_errors", pattern, message, hit.log, hit.line_number, line)


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "any log (there is none)"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _outputs(expect: Expect, workspace: Path, before: Snapshot, after: Snapshot) -> list[Unmet]:
    unmet = []
    for pattern in expect.outputs:
        why = _why_not_there(pattern, workspace, before, after)
        if why:
            unmet.append(Unmet("outputs", pattern, f"expected output {pattern!r} {why}"))
    return unmet


def _why_not_there(pattern: str, workspace: Path, before: Snapshot, after: Snapshot) -> str | None:
    paths = matching(pattern, after)
    if not paths:
        is_folder = not any(letter in pattern for letter in "*?[") and (workspace / pattern).is_dir()
        return f"is a folder; {pattern.rstrip('/') + '/**'!r} is what lies in it" if is_folder else "is missing"
    full = [path for path in paths if after[path][1] > 0]
    if not full:
        return "is empty"
    if all(before.get(path) == after[path] for path in full):
        return "was there before and has not changed"
    return None
