"""The science of examples/tsunami: read, measure and draw the result of a run."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

np = pytest.importorskip("numpy")
netcdf = pytest.importorskip("netCDF4")
pytest.importorskip("matplotlib")

EXAMPLE = Path(__file__).parents[2] / "examples" / "tsunami"
LEVELS = {"sea": [0.0, 0.0, 0.5], "beach": [1.0, 1.5, 1.0], "hill": [3.0, 3.0, 3.0]}


@pytest.fixture(scope="module")
def beach() -> ModuleType:
    """The example's module, loaded by its path as the plugin does."""
    spec = importlib.util.spec_from_file_location("beach_of_the_example", EXAMPLE / "beach.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_sww(path: Path, levels: dict[str, list[float]] = LEVELS) -> None:
    """Three squares of 10 m in a row, two triangles each, bed at -2, 1 and 3 m; their levels at 0, 60 and 120 s."""
    with netcdf.Dataset(path, "w", format="NETCDF3_64BIT_OFFSET") as data:
        data.xllcorner, data.yllcorner = 100.0, 0.0
        for name, size in {"points": 8, "cells": 6, "corners": 3, "times": 3}.items():
            data.createDimension(name, size)
        columns = [(10.0 * i, y) for i in range(4) for y in (0.0, 10.0)]
        squares = [(2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 3) for i in range(3)]
        put(data, "x", "f4", ("points",), [x for x, _ in columns])
        put(data, "y", "f4", ("points",), [y for _, y in columns])
        put(data, "volumes", "i4", ("cells", "corners"), [t for a, b, c, d in squares for t in ((a, c, b), (b, c, d))])
        put(data, "elevation", "f4", ("points",), [-2.0, -2.0, -0.5, -0.5, 2.0, 2.0, 3.0, 3.0])
        put(data, "elevation_c", "f4", ("cells",), [-2.0, -2.0, 1.0, 1.0, 3.0, 3.0])
        put(data, "time", "f8", ("times",), [0.0, 60.0, 120.0])
        stage = [[levels[part][time] for part in ("sea", "sea", "beach", "beach", "hill", "hill")] for time in range(3)]
        put(data, "stage_c", "f4", ("times", "cells"), stage)


def put(data: Any, name: str, kind: str, dimensions: tuple[str, ...], values: Any) -> None:
    """Write one variable."""
    data.createVariable(name, kind, dimensions)[:] = values


@pytest.fixture
def flow(beach: ModuleType, tmp_path: Path) -> Any:
    """The result of a run in which the beach was flooded at 60 s and the hill stayed dry."""
    write_sww(tmp_path / "small.sww")
    return beach.read_sww(tmp_path / "small.sww")


@pytest.fixture
def dry(beach: ModuleType, tmp_path: Path) -> Any:
    """The result of a run in which nothing moved."""
    write_sww(tmp_path / "dry.sww", {"sea": [0.0] * 3, "beach": [1.0] * 3, "hill": [3.0] * 3})
    return beach.read_sww(tmp_path / "dry.sww")


def test_read_sww_adds_the_corner_of_the_domain(flow: Any) -> None:
    """Coordinates in the file are relative to its lower left corner."""
    assert (flow.x.min(), flow.x.max()) == (100.0, 130.0)
    assert flow.time.tolist() == [0.0, 60.0, 120.0]


def test_depth_is_zero_on_dry_land(flow: Any) -> None:
    """There the stage equals the bed, and is no water."""
    assert flow.depth[:, 5].tolist() == [0.0, 0.0, 0.0]
    assert flow.depth[:, 2].tolist() == [0.0, 0.5, 0.0]


def test_volume_is_depth_times_area(flow: Any) -> None:
    """Squares of 100 m2: 2 m of sea, then half a metre of beach beside it, then half a metre more of sea."""
    assert flow.area.tolist() == [50.0] * 6
    assert flow.volume.tolist() == [200.0, 250.0, 250.0]


def test_run_up_tells_height_distance_and_area(beach: ModuleType, flow: Any) -> None:
    """The beach was reached, the hill was not; the distance is that of the centres of cells."""
    run_up = beach.measure_run_up(flow)
    assert (run_up.height, run_up.area, run_up.depth) == (1.0, 100.0, 0.5)
    assert run_up.distance == pytest.approx(10.0)


def test_run_up_counts_from_the_still_water(beach: ModuleType, flow: Any) -> None:
    """A sea that rests at 0.25 m makes the run-up as much lower."""
    assert beach.measure_run_up(flow, still_water=0.25).height == 0.75


def test_run_up_leaves_out_thin_films(beach: ModuleType, flow: Any) -> None:
    """What is shallower than the threshold is dry."""
    assert beach.measure_run_up(flow, min_depth=0.6) == beach.RunUp(height=0.0, distance=0.0, area=0.0, depth=0.0)


def test_volume_error_compares_with_the_inflow(beach: ModuleType, flow: Any) -> None:
    """50 m3 more at the end: with an inflow of 50 m3 nothing was lost, with 75 m3 a tenth was."""
    assert beach.volume_error(flow, 50.0) == 0.0
    assert beach.volume_error(flow, 75.0) == pytest.approx(-0.1)


def test_read_inflow_finds_the_balance_at_the_end_of_the_log(beach: ModuleType, tmp_path: Path) -> None:
    """The line as ANUGA 4.1 writes it."""
    log = tmp_path / "log"
    log.write_text("     initial volume  625116.94\n     net boundary flux (BF)        -93161.37\n")
    assert beach.read_inflow(log) == -93161.37


def test_read_inflow_refuses_a_log_that_was_cut_off(beach: ModuleType, tmp_path: Path) -> None:
    """Without a balance there is nothing to compare with."""
    log = tmp_path / "log"
    log.write_text("Time = 10.0000 (sec)\n")
    with pytest.raises(ValueError, match="did ANUGA come to its end") as caught:
        beach.read_inflow(log)
    assert str(caught.value) == f"{log}: no 'net boundary flux' in it; did ANUGA come to its end?"


def test_along_gives_one_value_a_cell_from_sea_to_land(beach: ModuleType, flow: Any) -> None:
    """The cut at y = 3 m crosses all six triangles."""
    x, bed, stage = beach.along(flow, 3.0)
    assert bed.tolist() == [-2.0, -2.0, 1.0, 1.0, 3.0, 3.0]
    assert np.all(np.diff(x) > 0)
    assert stage.shape == (3, 6)


@pytest.mark.parametrize("result", ["flow", "dry"])
def test_pictures_are_drawn(beach: ModuleType, tmp_path: Path, result: str, request: pytest.FixtureRequest) -> None:
    """Also of a run in which no land was flooded."""
    flow = request.getfixturevalue(result)
    beach.draw_depth_map(flow, tmp_path / "map.png")
    beach.draw_water_surface(flow, tmp_path / "surface.png", beach.deepest_row(flow))
    for name in ("map.png", "surface.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
