"""Data files: checked before they get their places, and never half there."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_core.cancellation import RunCancellation
from rompy_core.data_files import DataFile, StagedFile, stage_data
from rompy_hooks import FetchResult, PluginError, RunCancelledError, StageError

Fetched = FetchResult | bool | None


def writing(content: bytes, result: Fetched = True) -> Callable[[str, Path], Fetched]:
    """A fetch that writes these bytes and says this."""

    def fetch(_source: str, target: Path) -> Fetched:
        target.write_bytes(content)
        return result

    return fetch


def copying(source: str, target: Path) -> bool:
    """A fetch of local files."""
    target.write_bytes(Path(source).read_bytes())
    return True


def entry(**keys: Any) -> DataFile:
    """An entry of a URL."""
    return DataFile(**{"source": "https://host/grid.nc", **keys})


def refused(folder: Path, file: DataFile, fetch: Callable[[str, Path], Fetched], **options: Any) -> str:
    """What is wrong with a file; nothing of it is left."""
    (folder / "out").mkdir(exist_ok=True)
    with pytest.raises((StageError, PluginError)) as caught:
        stage_data([file], folder / "out", fetch, **options)
    assert list((folder / "out").iterdir()) == []
    return str(caught.value)


def test_stage_data_puts_files_in_their_places(tmp_path: Path) -> None:
    """Local ones and others, in folders that are made for them."""
    (tmp_path / "a").write_text("local")
    digest = hashlib.sha256(b"local").hexdigest()
    asked = []

    def fetch(source: str, target: Path) -> FetchResult:
        asked.append(source)
        target.write_text("local")
        return FetchResult(size=5)

    files = [DataFile(source=str(tmp_path / "a")), entry(target=Path("in/b"), sha256=digest, min_size=5)]  # type: ignore[arg-type]
    staged = stage_data(files, tmp_path / "out", fetch)
    assert staged == [StagedFile(path=Path("a"), size=5), StagedFile(path=Path("in/b"), size=5, sha256=digest)]
    assert asked == [str(tmp_path / "a"), "https://host/grid.nc"]
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["a", "b", "in"]


SUM = hashlib.sha256(b"grid").hexdigest()
PAGE = b"\n<!DOCTYPE html>\n<title>404</title>"
TOLD_PAGE = (
    "it is an HTML page that begins '<!DOCTYPE html> <title>404</title>', most likely an error message or a log-in; "
    "open the source in a browser. If a page is meant, let the target end in .html"
)


@pytest.mark.parametrize(
    ("keys", "content", "result", "what"),
    [
        ({}, b"gr", FetchResult(size=4), "it was cut off: 2 of 4 bytes arrived; try again, or give it a 'retry'"),
        ({}, b"", True, "it is empty; if that is right, give it min_size: 0"),
        ({"min_size": "1k"}, b"grid", True, "it has 4 bytes, and min_size is 1024"),
        ({}, PAGE, True, TOLD_PAGE),
        ({"sha256": SUM}, PAGE, True, TOLD_PAGE),
        ({}, b"\xef\xbb\xbf" + PAGE, True, TOLD_PAGE),
        (
            {}, b"plain", FetchResult(content_type="text/html; charset=utf-8"),
            TOLD_PAGE.replace("<!DOCTYPE html> <title>404</title>", "plain"),
        ),
        (
            {"sha256": SUM}, b"mesh", True,
            f"its sha256 is {hashlib.sha256(b'mesh').hexdigest()}, and {SUM} was expected; the source may have changed",
        ),
    ],
)  # fmt: skip
def test_stage_data_refuses_what_is_not_the_file(
    tmp_path: Path, keys: dict[str, Any], content: bytes, result: Fetched, what: str
) -> None:
    """Cut off, empty, too small, an error page, another file: none becomes an input."""
    message = f"data file 'grid.nc' from 'https://host/grid.nc' is not used: {what}"
    assert refused(tmp_path, entry(**keys), writing(content, result)) == message


@pytest.mark.parametrize(
    ("keys", "content", "result"),
    [
        ({"min_size": 0}, b"", True),
        ({"target": "page.html"}, PAGE, FetchResult(content_type="text/html")),
        ({"sha256": hashlib.sha256(PAGE).hexdigest()}, PAGE, True),
    ],
)
def test_stage_data_takes_what_was_meant(tmp_path: Path, keys: dict[str, Any], content: bytes, result: Fetched) -> None:
    """An empty file that may be empty, a page that is meant, anything with the right checksum."""
    staged = stage_data([entry(**keys)], tmp_path, writing(content, result))
    assert (tmp_path / staged[0].path).read_bytes() == content


def test_stage_data_tells_when_nobody_fetches(tmp_path: Path) -> None:
    """With the source, the target and why."""
    beginning = "data file 'grid.nc' from 'https://host/grid.nc' could not be had: "
    assert refused(tmp_path, entry(), lambda _source, _target: None) == f"{beginning}no plugin knows how to fetch it"


def test_stage_data_tells_when_nothing_was_written(tmp_path: Path) -> None:
    """A plugin's word is not enough."""
    beginning = "data file 'grid.nc' from 'https://host/grid.nc' is not used: "
    told = refused(tmp_path, entry(), lambda _source, _target: True)
    assert told == f"{beginning}its fetch said that it was done, but wrote no file"


def test_stage_data_looks_for_all_local_files_first(tmp_path: Path) -> None:
    """Before any is brought, each with the nearest name."""
    (tmp_path / "bathy.nc").write_text("x")
    (tmp_path / "folder").mkdir()
    sources = ("bathi.nc", "folder", "bathy.nc")
    with pytest.raises(StageError) as caught:
        stage_data([DataFile(source=str(tmp_path / name)) for name in sources], tmp_path / "out", copying)  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"data: no such file: '{tmp_path}/bathi.nc'. Did you mean '{tmp_path}/bathy.nc'?\n"
        f"data: '{tmp_path}/folder' is a directory; name the files in it"
    )
    assert not (tmp_path / "out").exists()


def test_stage_data_refuses_a_source_that_never_ends(tmp_path: Path) -> None:
    """A device or a named pipe is no data file."""
    with pytest.raises(StageError) as caught:
        stage_data([DataFile(source="/dev/zero")], tmp_path, copying)  # type: ignore[arg-type]
    assert str(caught.value) == "data: '/dev/zero' is no regular file"


def test_stage_data_refuses_two_files_of_one_place(tmp_path: Path) -> None:
    """Before any is brought."""
    with pytest.raises(StageError) as caught:
        stage_data([entry(), entry(source="https://other/grid.nc")], tmp_path, writing(b"x"))
    assert str(caught.value) == (
        "data: 'https://host/grid.nc' and 'https://other/grid.nc' have the same target 'grid.nc'; "
        "give one of them another"
    )
    assert list(tmp_path.iterdir()) == []


def test_stage_data_does_not_replace_what_is_there(tmp_path: Path) -> None:
    """A template made that file already."""
    (tmp_path / "grid.nc").write_text("rendered")
    with pytest.raises(StageError) as caught:
        stage_data([entry()], tmp_path, writing(b"x"))
    assert str(caught.value) == "data: the target 'grid.nc' of 'https://host/grid.nc' is there already"
    assert (tmp_path / "grid.nc").read_text() == "rendered"


@pytest.mark.parametrize("link", ["hardlink", "symlink"])
def test_stage_data_links(tmp_path: Path, link: Any) -> None:
    """Without a fetch: nothing is copied."""
    (tmp_path / "a").write_text("large")
    staged = stage_data([DataFile(source=str(tmp_path / "a"), link=link)], tmp_path / "out", lambda *_: None)  # type: ignore[arg-type]
    assert staged == [StagedFile(path=Path("a"), size=5)]
    assert (tmp_path / "out/a").samefile(tmp_path / "a")
    assert (tmp_path / "out/a").is_symlink() == (link == "symlink")


def test_stage_data_tells_why_a_hard_link_cannot_be_made(tmp_path: Path) -> None:
    """It never falls back to a copy that nobody asked for."""
    told = refused(tmp_path, DataFile(source="/proc/version", link="hardlink"), copying)  # type: ignore[arg-type]
    assert told == (
        "data file 'version' from '/proc/version' could not be had: "
        "Invalid cross-device link; a hardlink cannot be made there, use link: copy"
    )


def failing(times: int, error: Exception) -> Callable[[str, Path], Fetched]:
    """A fetch that fails so often, and then writes."""
    left = [times]

    def fetch(_source: str, target: Path) -> bool:
        left[0] -= 1
        if left[0] >= 0:
            target.write_text("a part")
            raise error
        target.write_text("whole")
        return True

    return fetch


def test_stage_data_tries_again(tmp_path: Path) -> None:
    """As often as the entry says; parts of earlier tries are gone."""
    stage_data([entry(retry=2)], tmp_path, failing(2, OSError("reset")), first_wait=0.001)
    assert (tmp_path / "grid.nc").read_text() == "whole"
    assert len(list(tmp_path.iterdir())) == 1


def test_stage_data_waits_longer_each_time(tmp_path: Path) -> None:
    """Up to a minute, so that a server is not hammered; the wait is one that a cancellation ends."""
    waited: list[float | None] = []

    class Patient(RunCancellation):
        """Writes down how long it is asked to wait."""

        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout)
            return False

    stage_data([entry(retry=8)], tmp_path, failing(8, OSError("reset")), cancellation=Patient())
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (OSError("reset"), " (tried 2 times): reset"),
        (PluginError("Plugin 'x' raised"), " (tried 2 times): Plugin 'x' raised"),
        (KeyError(), " (tried 2 times): KeyError"),
        (FileNotFoundError("gone"), ": gone"),
    ],
)
def test_stage_data_gives_up(tmp_path: Path, error: Exception, what: str) -> None:
    """After the last try, or at once where another would give the same."""
    told = refused(tmp_path, entry(retry=1), failing(9, error), first_wait=0.001)
    assert told == f"data file 'grid.nc' from 'https://host/grid.nc' could not be had{what}"


def test_stage_data_leaves_the_fault_of_a_plugin_one(tmp_path: Path) -> None:
    """The command's exit code tells it from a server that is down."""
    for error, kind in ((PluginError("Plugin 'x' raised"), PluginError), (OSError("reset"), StageError)):
        with pytest.raises(kind):
            stage_data([entry()], tmp_path, failing(1, error))


def test_stage_data_counts_tries_of_a_file_that_is_refused(tmp_path: Path) -> None:
    """A download that was cut off is worth another try."""
    told = refused(tmp_path, entry(retry=1), writing(b"x", FetchResult(size=2)), first_wait=0.001)
    assert told.endswith("it was cut off: 1 of 2 bytes arrived; try again, or give it a 'retry' (tried 2 times)")


def hanging(released: threading.Event) -> Callable[[str, Path], Fetched]:
    """A fetch that waits for a server that says nothing."""

    def fetch(_source: str, target: Path) -> bool:
        released.wait(60)
        target.write_text("too late")
        return True

    return fetch


def test_stage_data_ends_a_fetch_that_takes_too_long(tmp_path: Path) -> None:
    """And what it would still write finds no place."""
    released = threading.Event()
    told = refused(tmp_path, entry(timeout=0.05), hanging(released))
    released.set()
    for thread in threading.enumerate():
        if thread.name == "rompy-fetch":
            thread.join(10)
    assert told == "data file 'grid.nc' from 'https://host/grid.nc' could not be had: it took more than 0.05 s"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("retry", [0, 3])
def test_stage_data_ends_when_it_is_asked_to(tmp_path: Path, retry: int) -> None:
    """While a server says nothing, and while it waits for the next try."""
    cancellation, released = RunCancellation(), threading.Event()
    fetch = failing(9, OSError("reset")) if retry else hanging(released)
    threading.Timer(0.05, cancellation.request, ["the forecast is late"]).start()
    with pytest.raises(RunCancelledError, match=r"^the forecast is late$"):
        stage_data([entry(retry=retry)], tmp_path, fetch, cancellation=cancellation, first_wait=30)
    released.set()
    assert list(tmp_path.iterdir()) == []


def test_stage_data_ends_when_the_time_of_the_run_is_over(tmp_path: Path) -> None:
    """The deadline holds while a server says nothing, too."""
    released = threading.Event()
    for deadline in (0.05, -1.0):
        cancellation = RunCancellation().until(time_from_now(deadline))
        told = refused(tmp_path, entry(), hanging(released), cancellation=cancellation)
        assert told.endswith("the run's time is over")
    released.set()


def time_from_now(seconds: float) -> float:
    """A moment of the clock that deadlines are told by."""
    import time

    return time.monotonic() + seconds


def test_stage_data_leaves_no_descriptor_open(tmp_path: Path) -> None:
    """A service brings many files."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        stage_data([entry(target=Path(str(number)))], tmp_path, writing(b"x"))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
