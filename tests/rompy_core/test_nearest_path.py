"""The nearest of the paths that exist."""

from pathlib import Path

import pytest

from rompy_core.nearest_path import did_you_mean_path


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("grids/bathi.nc", "grids/bathy.nc"),
        ("grdis/bathy.nc", "grids"),
        ("grids/nothing-like-it", None),
        ("grids/bathy.nc/in-a-file", "grids/bathy.nc"),
    ],
)
def test_did_you_mean_path_compares_the_first_part_that_is_missing(
    tmp_path: Path, asked: str, told: str | None
) -> None:
    """In the innermost folder that is there."""
    (tmp_path / "grids").mkdir()
    (tmp_path / "grids/bathy.nc").write_text("")
    expected = "" if told is None else f" Did you mean '{tmp_path}/{told}'?"
    assert did_you_mean_path(tmp_path / asked) == expected
