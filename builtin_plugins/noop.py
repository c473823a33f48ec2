"""``noop``: look at what the run wrote, check that it is what was expected, and change nothing."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
from attrs.validators import instance_of

from rompy_core import did_you_mean
from rompy_core.expectations import judge
from rompy_core.record import Record, read_record
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
    validate_outputs: bool = attrs.field(default=True, validator=instance_of(bool))
    #: The folder that is looked at; the workspace unless given.
    output_dir: Path | None = None
    #: Whether the SHA-256 of each output is told.
    checksum: bool = attrs.field(default=False, validator=instance_of(bool))


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
    record = _record_of(workspace)
    failed = _failed(record, run_result)
    if failed and config.validate_outputs:
        return _answer(model_run, folder, failed, success=False)
    found = _find(workspace, folder, record, run_result)
    unmet = _unmet(_expected(model_run.config, record), folder, found) if config.validate_outputs else ""
    outputs = [_told(folder, entry, config.checksum) for entry in found.outputs]
    told = unmet or "; ".join(part for part in (failed, _summary(outputs, found, failed)) if part)
    return _answer(model_run, folder, told, success=not unmet, outputs=outputs)


def _record_of(workspace: Path) -> Record | None:
    try:
        return read_record(workspace)
    except WorkspaceError:
        return None  # made by something else


def _failed(record: Record | None, run_result: RunResult | None) -> str:
    """Why what lies there is no result: the run, or the last attempt in the record, failed or was cut off."""
    if run_result is not None:
        return "" if run_result.success else f"the run failed: {run_result.message}"
    if record is None or not record.attempts:
        return ""
    last = record.attempts[-1]
    if last.result is None:
        return f"attempt {last.number} has not ended, so nobody knows what it wrote"
    return "" if last.success else f"the run failed: {last.result.get('message') or last.result.get('failure')}"


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


def _find(workspace: Path, folder: Path, record: Record | None, run_result: RunResult | None) -> _Found:
    files = take_snapshot(folder)
    if folder != workspace and not folder.is_relative_to(workspace):
        return _Found(files=files, written=None)
    if record is None and run_result is None:
        return _Found(files=files, written=None)  # made by something else: nobody knows what lay there before
    attempt = _last_attempt(record) if run_result is None else run_result.attempt
    prefix = "" if folder == workspace else f"{folder.relative_to(workspace)}/"
    written = (
        entry._replace(path=entry.path[len(prefix) :])
        for entry in read_manifest(workspace / f"{RECORD_DIR}/attempts/{attempt}")
        if entry.path.startswith(prefix)
    )
    return _Found(files=files, written=tuple(written))


def _last_attempt(record: Record | None) -> int:
    return record.attempts[-1].number if record is not None and record.attempts else 0


def _expected(model_config: Any, record: Record | None) -> tuple[str, ...]:
    """The outputs that the model config expects, and the run backend of the record."""
    expect = getattr(model_config, "expect", None)
    if isinstance(expect, Mapping):
        expect = Expect(**expect)
    outputs = expect.outputs if isinstance(expect, Expect) else ()
    return tuple(dict.fromkeys((*outputs, *_expected_of_backend(record))))


def _expected_of_backend(record: Record | None) -> tuple[str, ...]:
    found: Any = None if record is None else record.configs
    for key in ("backend", "expect", "outputs"):
        found = found.get(key) if isinstance(found, Mapping) else None
    globs = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    # As they were written: what a variable stood for is not known any more.
    return tuple(glob for glob in globs if isinstance(glob, str) and "${" not in glob)


def _unmet(outputs: tuple[str, ...], folder: Path, found: _Found) -> str:
    if not outputs:
        return ""
    return "; ".join(each.message for each in judge(Expect(outputs=outputs), folder, found.before, found.files))


def _told(folder: Path, entry: Entry, with_checksum: bool) -> dict[str, Any]:
    modified = datetime.fromtimestamp(entry.mtime_ns / 1e9, UTC).isoformat(timespec="microseconds")
    told = {"path": entry.path, "size": entry.size, "modified": modified}
    if not with_checksum:
        return told
    path = folder / entry.path
    # A pipe has no content of its own, and reading it would wait for somebody who writes.
    return {**told, "sha256": checksum(path) if path.is_file() else None}


def _summary(outputs: list[dict[str, Any]], found: _Found, failed: str) -> str:
    if not outputs and failed:
        return ""
    if not outputs:
        return "the run wrote nothing" if found.written is not None else "the folder is empty"
    kind = "output" if found.written is not None else "file"
    return f"{_counted(len(outputs), kind)}, {_counted(sum(each['size'] for each in outputs), 'byte')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
