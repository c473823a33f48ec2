"""``noop``: look at what the run wrote, check that it is what was expected, and change nothing."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from rompy_core import did_you_mean
from rompy_core.expectations import judge
from rompy_core.record import read_record
from rompy_core.workspace import RECORD_DIR, Entry, Snapshot, changes, checksum, read_manifest, take_snapshot
from rompy_hooks import (
    Backend,
    Expect,
    ModelRunLike,
    ProcessConfig,
    ProcessResult,
    RequestError,
    RunResult,
    WorkspaceError,
    hookimpl,
)


@attrs.frozen(kw_only=True)
class NoopConfig(ProcessConfig):
    """The keys of ``postprocessor: {type: noop, ...}``."""

    #: Whether the folder must exist and hold the outputs that the model config expects.
    validate_outputs: bool = True
    #: The folder that is looked at; the workspace unless given.
    output_dir: Path | None = None
    #: Whether the SHA-256 of each output is told.
    checksum: bool = False


class NoopPostprocessor:
    """Tell what the run wrote, apart from its inputs and from what lay there before."""

    def process(
        self, model_run: ModelRunLike, validate_outputs: bool = True, output_dir: Any = None, **kwargs: Any
    ) -> ProcessResult:
        """Look at the outputs of a run.

        Args:
            model_run: What was simulated.
            validate_outputs: Whether the folder must exist and hold the outputs that the model config expects.
            output_dir: The folder that is looked at, str or Path; the workspace unless given.
            **kwargs: ``checksum``, whether the SHA-256 of each output is told.

        Returns:
            ``outputs`` (a mapping for each: path, size in bytes, time of the last change, sha256), and the number of
            files and bytes; false where outputs are not as expected.

        Raises:
            RequestError: An option is not known.
        """
        for name in kwargs:
            if name != "checksum":
                hint = did_you_mean(name, _OPTIONS)
                raise RequestError(f"noop has no option {name!r}.{hint} Options: {', '.join(_OPTIONS)}")
        folder = None if output_dir is None else Path(output_dir)
        config = NoopConfig(validate_outputs=validate_outputs, output_dir=folder, **kwargs)
        return _look(model_run, config, model_run.staging_dir, None)

    @hookimpl
    def backends(self) -> list[Backend]:
        """Offer the processor ``noop``."""
        return [Backend(kind="process", name="noop", config=NoopConfig, summary="check what the run wrote")]

    @hookimpl(specname="process")
    def answer(
        self, model_run: ModelRunLike, config: NoopConfig, workspace_dir: Path, run_result: RunResult | None
    ) -> ProcessResult:
        """Answer the hook ``process``."""
        return _look(model_run, config, workspace_dir, run_result)


plugin = NoopPostprocessor()

_OPTIONS = tuple(sorted(field.name for field in attrs.fields(NoopConfig)))


@attrs.frozen(kw_only=True)
class _Found:
    """What lies in the folder that is looked at."""

    files: Snapshot
    #: What the last attempt wrote of it; ``None`` where no attempt is known, and all files count.
    written: tuple[Entry, ...] | None

    @property
    def outputs(self) -> tuple[Entry, ...]:
        """What the run wrote and what is still there."""
        if self.written is None:
            return changes({}, self.files)
        return tuple(entry for entry in self.written if entry.path in self.files)

    @property
    def before(self) -> Snapshot:
        """What lies there and was not written by the run."""
        if self.written is None:
            return {}
        written = {entry.path for entry in self.written}
        return {path: facts for path, facts in self.files.items() if path not in written}


def _look(model_run: ModelRunLike, config: NoopConfig, workspace: Path, run_result: RunResult | None) -> ProcessResult:
    folder = workspace if config.output_dir is None else config.output_dir.absolute()
    if not folder.is_dir():
        return _answer(model_run, folder, f"there is no folder {folder}", success=not config.validate_outputs)
    if config.validate_outputs and run_result is not None and not run_result.success:
        return _answer(model_run, folder, f"the run failed: {run_result.message}", success=False)
    found = _find(workspace, folder, run_result)
    unmet = _unmet(model_run.config, folder, found) if config.validate_outputs else ""
    outputs = [_told(folder, entry, config.checksum) for entry in found.outputs]
    return _answer(model_run, folder, unmet or _summary(outputs, found), success=not unmet, outputs=outputs)


def _answer(
    model_run: ModelRunLike, folder: Path, message: str, *, success: bool, outputs: Iterable[dict[str, Any]] = ()
) -> ProcessResult:
    listed = list(outputs)
    return ProcessResult(
        success=success,
        message=message,
        run_id=model_run.run_id,
        output_dir=folder,
        outputs=listed,
        metrics={"files": len(listed), "bytes": sum(each["size"] for each in listed)},
    )


def _find(workspace: Path, folder: Path, run_result: RunResult | None) -> _Found:
    files = take_snapshot(folder)
    if folder != workspace and not folder.is_relative_to(workspace):
        return _Found(files=files, written=None)
    try:
        attempt = _last_attempt(workspace) if run_result is None else run_result.attempt
    except WorkspaceError:
        return _Found(files=files, written=None)  # made by something else: nobody knows what lay there before
    prefix = "" if folder == workspace else f"{folder.relative_to(workspace)}/"
    written = (
        entry._replace(path=entry.path[len(prefix) :])
        for entry in read_manifest(workspace / f"{RECORD_DIR}/attempts/{attempt}")
        if entry.path.startswith(prefix)
    )
    return _Found(files=files, written=tuple(written))


def _last_attempt(workspace: Path) -> int:
    attempts = read_record(workspace).attempts
    return attempts[-1].number if attempts else 0


def _unmet(model_config: Any, folder: Path, found: _Found) -> str:
    expect = getattr(model_config, "expect", None)
    if isinstance(expect, Mapping):
        expect = Expect(**expect)
    if not isinstance(expect, Expect) or not expect.outputs:
        return ""
    return "; ".join(each.message for each in judge(Expect(outputs=expect.outputs), folder, found.before, found.files))


def _told(folder: Path, entry: Entry, with_checksum: bool) -> dict[str, Any]:
    modified = datetime.fromtimestamp(entry.mtime_ns / 1e9, UTC).isoformat(timespec="microseconds")
    told = {"path": entry.path, "size": entry.size, "modified": modified}
    return {**told, "sha256": checksum(folder / entry.path)} if with_checksum else told


def _summary(outputs: list[dict[str, Any]], found: _Found) -> str:
    if not outputs:
        return "the run wrote nothing" if found.written is not None else "the folder is empty"
    kind = "output" if found.written is not None else "file"
    return f"{_counted(len(outputs), kind)}, {_counted(sum(each['size'] for each in outputs), 'byte')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
