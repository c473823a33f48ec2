"""Bring data files into a workspace: fetched to a temporary name, checked, then put in their places."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import attrs

from rompy_core.data_files.checks import check_arrived
from rompy_core.data_files.data_file import DataFile
from rompy_core.data_files.places import check_places
from rompy_core.data_files.shown import shown_source
from rompy_core.data_files.source_location import is_url
from rompy_core.data_files.waiting import check_cancelled, in_time
from rompy_core.nearest_path import did_you_mean_path
from rompy_hooks import Cancellation, FetchResult, PluginError, RequestError, RompyError, RunCancelledError, StageError

Fetch = Callable[[str, Path], FetchResult | bool | None]

_LONGEST_WAIT = 60.0


@attrs.frozen(kw_only=True)
class StagedFile:
    """A data file that is in its place."""

    #: Relative to the workspace.
    path: Path
    #: Bytes.
    size: int
    #: The checksum, where one was asked for.
    sha256: str | None = None


def stage_data(
    files: Iterable[DataFile],
    target_dir: Path,
    fetch: Fetch,
    *,
    cancellation: Cancellation | None = None,
    first_wait: float = 1.0,
) -> list[StagedFile]:
    """Bring data files into a directory; each appears whole and checked, or not at all.

    All local files are looked for before the first is brought.

    Args:
        files: What to bring.
        target_dir: Where their targets are relative to; exists.
        fetch: Writes a source (an absolute path or a URL) to a file; ``None`` or ``False`` when nobody knows how. For
            a URL, and where there is a ``timeout``, it is called in a thread of its own.
        cancellation: Ends it, also while it waits.
        first_wait: Seconds before the second try; doubled each time, up to a minute.

    Raises:
        StageError: A file could not be had, or is not the one that was meant; earlier ones stay.
        RunCancelledError: The end was asked for.
    """
    wanted = list(files)
    try:
        check_places(wanted)
    except ValueError as error:
        raise StageError(f"data: {error}") from error
    _look_for(wanted)
    stager = _Stager(target_dir, fetch, cancellation, first_wait)
    return [stager.stage(file, number) for number, file in enumerate(wanted)]


def _look_for(files: Iterable[DataFile]) -> None:
    """All local files that are missing, in one error."""
    missing = []
    for file in files:
        path = Path(file.source)
        if is_url(file.source) or path.is_file():
            continue
        if path.is_dir():
            missing.append(f"{str(path.absolute())!r} is a directory; name the files in it")
        elif path.exists():
            missing.append(f"{str(path.absolute())!r} is no regular file")
        else:
            missing.append(f"no such file: {str(path.absolute())!r}.{did_you_mean_path(path)}")
    if missing:
        raise StageError("\n".join(f"data: {what}" for what in missing))


@attrs.frozen
class _Stager:
    """Brings one file after the other."""

    _target_dir: Path
    _fetch: Fetch
    _cancellation: Cancellation | None
    _first_wait: float

    def stage(self, file: DataFile, number: int) -> StagedFile:
        """Bring one file to its place."""
        place = self._target_dir / file.place
        if os.path.lexists(place):
            raise StageError(f"data: the target {str(file.place)!r} of {shown_source(file.source)!r} is there already")
        wait = self._first_wait
        for again in range(file.retry, -1, -1):
            check_cancelled(self._cancellation)
            # A folder each time: a fetch that was given up must find no place to write to.
            arriving = self._target_dir / f".rompy-arriving-{number}-{again}"
            try:
                return self._try(file, arriving, place)
            except RunCancelledError:
                raise
            except Exception as error:
                if again == 0 or _is_futile(error):
                    raise _told(file, error, file.retry - again + 1) from error
            finally:
                _remove(arriving)
            self._wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        raise AssertionError("unreachable: the last try returns or raises")

    def _try(self, file: DataFile, arriving: Path, place: Path) -> StagedFile:
        arriving.mkdir(parents=True)
        size = self._bring(file, arriving / place.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        (arriving / place.name).rename(place)
        return StagedFile(path=file.place, size=size, sha256=file.sha256)

    def _bring(self, file: DataFile, arriving: Path) -> int:
        source = file.source if is_url(file.source) else os.path.abspath(file.source)  # noqa: PTH100 - keeps links
        if file.link != "copy":
            _link(file, source, arriving)
            return check_arrived(file, arriving, FetchResult())
        if is_url(source) or file.timeout is not None:
            answer = in_time(lambda: self._fetch(source, arriving), file.timeout, self._cancellation)
        else:
            answer = self._fetch(source, arriving)
        if not answer:
            raise StageError("no plugin knows how to fetch it")
        return check_arrived(file, arriving, answer if isinstance(answer, FetchResult) else FetchResult())

    def _wait(self, seconds: float) -> None:
        if self._cancellation is not None:
            self._cancellation.wait(seconds)
            return
        from threading import Event

        Event().wait(seconds)


def _remove(folder: Path) -> None:
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _link(file: DataFile, source: str, arriving: Path) -> None:
    try:
        if file.link == "symlink":
            arriving.symlink_to(source)
        else:
            arriving.hardlink_to(source)
    except OSError as error:
        raise StageError(f"{error.strerror}; a {file.link} cannot be made there, use link: copy") from error


def _is_futile(error: BaseException) -> bool:
    """Whether trying again would give the same: what is missing or forbidden stays so."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (ImportError, FileNotFoundError, PermissionError, IsADirectoryError, RequestError)):
            return True
        cause = cause.__cause__
    return False


def _told(file: DataFile, error: Exception, tries: int) -> RompyError:
    """The error with what it is about: source, target, and how often it was tried."""
    message = str(error) or type(error).__name__
    often = f" (tried {tries} times)" if tries > 1 else ""
    if message.startswith("data file "):
        return StageError(f"{message}{often}")
    kind = PluginError if isinstance(error, PluginError) else StageError
    return kind(f"data file {str(file.place)!r} from {shown_source(file.source)!r} could not be had{often}: {message}")
