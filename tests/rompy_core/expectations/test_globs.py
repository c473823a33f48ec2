"""Globs match what pathlib's match, and nothing outside."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rompy_core.expectations import matching
from rompy_core.workspace import take_snapshot

PATHS = ["INPUT", "PRINT", "OUTPUT/a.nc", "OUTPUT/run/b.nc", "OUTPUT/run/.hidden.nc", "a[1].txt", "x-y"]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("INPUT", ["INPUT"]),
        ("./INPUT", ["INPUT"]),
        ("OUTPUT/*.nc", ["OUTPUT/a.nc"]),
        ("OUTPUT/**/*.nc", ["OUTPUT/a.nc", "OUTPUT/run/.hidden.nc", "OUTPUT/run/b.nc"]),
        ("**/b.nc", ["OUTPUT/run/b.nc"]),
        ("**/INPUT", ["INPUT"]),
        ("OUTPUT/**", ["OUTPUT/a.nc", "OUTPUT/run/.hidden.nc", "OUTPUT/run/b.nc"]),
        ("*/?.nc", ["OUTPUT/a.nc"]),
        ("[IP]*", ["INPUT", "PRINT"]),
        ("[!I]*T", ["PRINT"]),
        ("a[[]1].txt", ["a[1].txt"]),
        ("a[1", []),
        ("x[+--]y", ["x-y"]),
        ("[z-a]*", []),
        ("[!z-a]NPUT", ["INPUT"]),
        ("input", []),
        ("OUTPUT", []),
        ("OUTPUT[/]a.nc", []),
        ("../secret", []),
        ("/etc/passwd", []),
    ],
)
def test_matching_of_each_form(pattern: str, matched: list[str]) -> None:
    """As in a shell: within a name, across folders, sets, case."""
    assert matching(pattern, PATHS) == matched


names = st.sampled_from(["a", "b", "ab", ".a", "a.nc", "b-c"])
parts = st.sampled_from(["*", "**", "?", "a*", "*.nc", "[ab]", "[!a]*", "[a-c]", ".*", "b-c", "a", "[]a]"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@example(["a/b", "a/a"], ["**", "a"])
@given(
    st.lists(st.lists(names, min_size=1, max_size=3).map("/".join), max_size=6),
    st.lists(parts, min_size=1, max_size=3),
)
def test_matching_agrees_with_pathlib(tmp_path: Path, files: list[str], pattern: list[str]) -> None:
    """Of any tree and glob, the files that pathlib finds (a ``**`` at the end, of which its versions differ, aside)."""
    root = tmp_path / str(len(list(tmp_path.iterdir())))
    root.mkdir()
    for name in files:
        try:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
        except OSError:
            continue
    glob = "/".join([*pattern, "*"] if pattern[-1] == "**" else pattern)
    found = sorted({path.relative_to(root).as_posix() for path in root.glob(glob) if path.is_file()})
    assert matching(glob, take_snapshot(root)) == found
