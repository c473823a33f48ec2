"""What an entry of ``data`` may say."""

from pathlib import Path
from typing import Any

import pytest

from rompy_core.data_files import DataFile, check_places, shown_source
from rompy_core.structuring import structure

SUM = "0" * 64


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("data/grid.nc", "grid.nc"),
        (Path("/data/grid.nc"), "grid.nc"),
        ("https://host/a/grid%20one.nc?token=x#y", "grid one.nc"),
        ("s3://bucket/a/grid.nc", "grid.nc"),
        ("simplecache::https://host/a/grid.nc", "grid.nc"),
        ("what?.nc", "what?.nc"),
    ],
)
def test_data_file_goes_by_its_own_name(source: Any, place: str) -> None:
    """Unless a target is given."""
    assert DataFile(source=source).place == Path(place)


def test_data_file_reads_what_people_write() -> None:
    """Sizes, durations and checksums in their usual forms."""
    entry: Any = DataFile
    file = entry(source="a", target="b/c", min_size="1k", timeout="2M", sha256="A" * 64)
    assert (file.place, file.min_size, file.timeout, file.sha256) == (Path("b/c"), 1024, 120.0, "a" * 64)


@pytest.mark.parametrize(
    ("keys", "error", "message"),
    [
        ({"source": ""}, ValueError, "must be a path or a URL, got ''"),
        ({"source": "a\0b"}, ValueError, r"must be a path or a URL, got 'a\x00b'"),
        ({"source": 3}, TypeError, "must be a path or a URL, got 3"),
        ({"source": "https://host/"}, ValueError,
         "target: is needed, since the source 'https://host/' does not end in a file name"),
        ({"source": "s3://b/.."}, ValueError,
         "target: is needed, since the source 's3://b/..' does not end in a file name"),
        (
            {"source": "http://h/x/%2e%2e"}, ValueError,
            "target: is needed, since the source 'http://h/x/%2e%2e' does not end in a file name",
        ),
        (
            {"source": "a", "target": "../b"}, ValueError,
            "must be relative to the workspace and stay inside it, got '../b'",
        ),
        (
            {"source": "a", "target": "/b"}, ValueError,
            "must be relative to the workspace and stay inside it, got '/b'",
        ),
        (
            {"source": "a", "target": ".rompy/record.json"}, ValueError,
            "must not be in .rompy, which holds the run's record; got '.rompy/record.json'",
        ),
        (
            {"source": "a", "sha256": "abc"}, ValueError,
            "must be 64 hexadecimal digits, as sha256sum prints them; got 'abc'",
        ),
        (
            {"source": "s3://b/x", "link": "symlink"}, ValueError,
            "link: symlink needs a file on this machine, got 's3://b/x'; use link: copy",
        ),
    ],
)  # fmt: skip
def test_data_file_refuses(keys: dict[str, Any], error: type[Exception], message: str) -> None:
    """What is no place, no checksum, or cannot be linked."""
    with pytest.raises(error) as caught:
        DataFile(**keys)
    assert str(caught.value) == message


def test_data_file_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    """A path is; a URL is left as it is written."""

    class Origin:
        """A config file in a folder."""

        def position(self, key: object, /) -> tuple[Path, int]:
            """Where a key stands."""
            return tmp_path / "run.yml", 1

        def directory(self, key: object, /) -> Path:
            """The folder of the file."""
            return tmp_path

    for source, read in (("grid.nc", f"{tmp_path}/grid.nc"), ("s3://b//x", "s3://b//x"), ("/a/b", "/a/b")):
        assert structure(DataFile, {"source": source}, origin=Origin()).source == read


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            [DataFile(source="a/x"), DataFile(source="b/x")],
            "'a/x' and 'b/x' have the same target 'x'; give one of them another",
        ),
        (
            [DataFile(source="a"), DataFile(source="b", target=Path("a/b"))],  # type: ignore[arg-type]
            "the target 'a' of 'a' is a file, but the target 'a/b' of 'b' needs it as a folder",
        ),
    ],
)
def test_check_places_refuses_one_place_for_two(files: list[DataFile], message: str) -> None:
    """One would replace the other."""
    with pytest.raises(ValueError, match="target") as caught:
        check_places(files)
    assert str(caught.value) == message


def test_shown_source_hides_passwords_and_signatures() -> None:
    """Errors and records are read by many."""
    assert shown_source("https://me:sesame@h:80/a?X-Amz-Signature=1#f") == "https://me:***@h:80/a?***#f"
    assert shown_source("/data/a:b@c?d") == "/data/a:b@c?d"
