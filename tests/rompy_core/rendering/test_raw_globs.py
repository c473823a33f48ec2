"""Globs of ``raw``."""

import pytest

from rompy_core.rendering.globs import glob_matcher


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("*.nc", ["a.nc", "in/a.nc", ".nc"], ["a.nc4", "nc"]),
        ("./in/*.nc", ["in/a.nc"], ["a.nc", "in/deep/a.nc"]),
        ("in", ["in", "in/a", "deep/in/a/b"], ["inn", "xin/a"]),
        ("in/", ["in/a"], ["inn/a"]),
        ("in/**", ["in/a", "in/a/b"], ["x/in/a"]),
        ("**/a", ["a", "x/a", "x/y/a"], ["xa"]),
        ("in/**/a", ["in/a", "in/x/y/a"], ["in/xa"]),
        ("a?c", ["abc"], ["ac", "abbc"]),
        ("a/?", ["a/b"], ["a//"]),
        ("[ab]-[!0-9]", ["a-x", "b-y"], ["c-x", "a-1"]),
        ("a.c+(x)", ["a.c+(x)"], ["abc+(x)", "a.cc(x)"]),
        ("a[", ["a["], ["a"]),
        ("[]", ["[]"], ["a"]),
        ("a\nb", ["a\nb"], ["a"]),
    ],
)
def test_glob_matcher_matches_paths(glob: str, matching: list[str], others: list[str]) -> None:
    """Parts of paths, whole folders, and everything that is no wildcard as it stands."""
    is_raw = glob_matcher([glob])
    assert [path for path in (*matching, *others) if is_raw(path)] == matching


def test_glob_matcher_of_none_matches_nothing() -> None:
    """And of several any of them."""
    assert not glob_matcher([])("a")
    assert [path for path in "abc" if glob_matcher(["a", "c"])(path)] == ["a", "c"]
