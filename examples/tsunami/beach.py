"""What a tsunami did to a beach: read ANUGA's ``.sww`` file, measure the run-up, check the water balance, draw it.

Nothing here knows of rompy. Besides being called by ``rompy_plugins.py`` it can be used on any ``.sww`` file::

    python beach.py OUTPUT/RUN_20240101_120000_beach/beach.sww

The sea is taken to lie at small x and the land at large x.
"""

import re
import sys
from pathlib import Path

import attrs
import matplotlib as mpl
import matplotlib.tri as mtri
import netCDF4
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Less water than this counts as dry (m): thin films run far and mean little.
MIN_DEPTH = 0.05

SAND, SEA, GROUND, INK = "#e8dcc0", "#d5e4ee", "#b39b72", "#333333"
DEPTHS = ListedColormap(mpl.colormaps["viridis_r"](np.linspace(0.1, 1.0, 256)))


@attrs.frozen(kw_only=True, eq=False)
class Flow:
    """The water over a mesh of triangles, one value a cell.

    ANUGA's own values are those of the cells; the ones at the corners are averages of them, and would let
    water and dry land share a corner.
    """

    x: Floats = attrs.field(metadata={"unit": "m"})
    y: Floats = attrs.field(metadata={"unit": "m"})
    cells: NDArray[np.int64]
    bed: Floats = attrs.field(metadata={"unit": "m"})
    bed_at_corners: Floats = attrs.field(metadata={"unit": "m"})
    time: Floats = attrs.field(metadata={"unit": "s"})
    stage: Floats = attrs.field(metadata={"unit": "m"})

    @property
    def depth(self) -> Floats:
        """Depth (m), time by cell. On dry land ANUGA puts the stage at the bed, so that it is 0 there."""
        return np.maximum(self.stage - self.bed, 0.0)

    @property
    def area(self) -> Floats:
        """Area of each cell (m2)."""
        (x1, x2, x3), (y1, y2, y3) = self.x[self.cells].T, self.y[self.cells].T
        return np.asarray(np.abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) / 2.0)

    @property
    def centre(self) -> tuple[Floats, Floats]:
        """Where the centre of each cell is: x and y (m)."""
        return self.x[self.cells].mean(axis=1), self.y[self.cells].mean(axis=1)

    @property
    def volume(self) -> Floats:
        """Water in the domain at each time (m3)."""
        return self.depth @ self.area


@attrs.frozen(kw_only=True)
class RunUp:
    """How far the water came."""

    #: Highest bed level that the water reached, above the still water (m).
    height: float
    #: From the still shoreline to the farthest cell that the water reached, along x (m).
    distance: float
    #: Land that was dry at first and flooded later (m2).
    area: float
    #: Greatest depth over that land (m).
    depth: float


def read_sww(path: Path) -> Flow:
    """Read the mesh, the bed and the water surface of every stored time.

    Raises:
        OSError: ``path`` is no NetCDF file, or one that was cut off.
    """
    with netCDF4.Dataset(path) as data:
        data.set_auto_mask(False)

        def read(name: str) -> Floats:
            return np.asarray(data.variables[name][:], dtype=np.float64)

        return Flow(
            x=read("x") + float(data.xllcorner),
            y=read("y") + float(data.yllcorner),
            cells=np.asarray(data.variables["volumes"][:], dtype=np.int64),
            bed=read("elevation_c"),
            bed_at_corners=read("elevation"),
            time=read("time"),
            stage=read("stage_c"),
        )


def flooded(flow: Flow, min_depth: float = MIN_DEPTH) -> NDArray[np.bool_]:
    """Whether each cell was dry at the first time and wet at some later one."""
    depth = flow.depth
    return np.asarray((depth[0] < min_depth) & (depth.max(axis=0) >= min_depth))


def measure_run_up(flow: Flow, still_water: float = 0.0, min_depth: float = MIN_DEPTH) -> RunUp:
    """Find the greatest run-up; all zero when the land stayed dry.

    Args:
        flow: The result of a run that starts with the sea at rest.
        still_water: Level of the sea at rest (m).
        min_depth: Depth from which a cell counts as wet (m).
    """
    reached = flooded(flow, min_depth)
    if not reached.any():
        return RunUp(height=0.0, distance=0.0, area=0.0, depth=0.0)
    x, _ = flow.centre
    shoreline = x[flow.depth[0] >= min_depth].max(initial=flow.x.min())
    return RunUp(
        height=float(flow.bed[reached].max() - still_water),
        distance=float(x[reached].max() - shoreline),
        area=float(flow.area[reached].sum()),
        depth=float(flow.depth[:, reached].max()),
    )


def read_inflow(log: Path) -> float:
    """Volume (m3) that came in over the edges, from the water balance at the end of ANUGA's log.

    Raises:
        ValueError: The log has no water balance: the run did not come to its end.
    """
    found = re.search(r"net boundary flux \(BF\)\s+(\S+)", log.read_text(encoding="utf-8", errors="replace"))
    if found is None:
        raise ValueError(f"{log}: no 'net boundary flux' in it; did ANUGA come to its end?")
    return float(found[1])


def volume_error(flow: Flow, inflow: float) -> float:
    """What the stored result lost or gained, as a fraction of the water at the end.

    Args:
        flow: The result of a run.
        inflow: What came in over the edges (m3), from ``read_inflow``.
    """
    first, last = flow.volume[0], flow.volume[-1]
    return float((last - first - inflow) / last)


def along(flow: Flow, y: float) -> tuple[Floats, Floats, Floats]:
    """Cut the result along x at one y.

    Returns:
        For each cell on the cut, from the sea to the land: x (m), the bed (m) and the stage (m, time by cell).
    """
    x = np.linspace(flow.x.min(), flow.x.max(), 2002)[1:-1]
    mesh = mtri.Triangulation(flow.x, flow.y, flow.cells)
    found = np.asarray(mesh.get_trifinder()(x, np.full_like(x, y)))
    cells = list(dict.fromkeys(found[found >= 0].tolist()))
    return np.array([x[found == cell].mean() for cell in cells]), flow.bed[cells], flow.stage[:, cells]


def deepest_row(flow: Flow, min_depth: float = MIN_DEPTH) -> float:
    """Find y (m) of the cell farthest inland that the water reached: the cut that tells most."""
    x, y = flow.centre
    reached = flooded(flow, min_depth)
    return float(y[reached][x[reached].argmax()]) if reached.any() else float(np.median(y))


def draw_depth_map(flow: Flow, target: Path, min_depth: float = MIN_DEPTH) -> None:
    """Draw the greatest depth over the land that was flooded, beside the sea and the land that stayed dry."""
    reached, sea = flooded(flow, min_depth), flow.depth[0] >= min_depth
    figure = Figure(figsize=(8.0, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.set_facecolor(SAND)
    colour_cells(axes, flow, sea, np.zeros(sea.sum()), ListedColormap([SEA]))
    water = colour_cells(axes, flow, reached, flow.depth.max(axis=0)[reached], DEPTHS)
    draw_bed_contours(axes, flow)
    figure.colorbar(water, ax=axes, label="greatest depth (m)", pad=0.01, aspect=24, shrink=0.85)
    title(axes, "Greatest depth over the beach")
    axes.set(aspect="equal", xlabel="x, from sea to land (m)", ylabel="y, along the shore (m)")
    axes.set(xlim=(flow.x.min(), flow.x.max()), ylim=(flow.y.min(), flow.y.max()))
    axes.legend(
        [Patch(color=SEA), Patch(color=SAND), Line2D([], [], color=INK, linewidth=0.6)],
        ["sea at rest", "land that stayed dry", "bed level every metre, thick at 0 m"],
        loc="lower left",
        framealpha=1.0,
    )
    figure.savefig(target, dpi=150)


def title(axes: Axes, text: str) -> None:
    """Put a title over the left edge."""
    axes.set_title(text, loc="left", fontsize=10, fontweight="bold")


def colour_cells(axes: Axes, flow: Flow, which: NDArray[np.bool_], values: Floats, colours: Colormap) -> PolyCollection:
    """Colour some of the cells, or none, by their values from 0 up."""
    corners = np.stack([flow.x[flow.cells[which]], flow.y[flow.cells[which]]], axis=-1)
    cells = PolyCollection(list(corners), array=values, cmap=colours, edgecolors="none", antialiased=False)
    cells.set_clim(0.0, float(values.max(initial=0.1)))
    axes.add_collection(cells)
    return cells


def draw_bed_contours(axes: Axes, flow: Flow) -> None:
    """Draw the bed level every metre, the level of the still water thicker."""
    mesh = mtri.Triangulation(flow.x, flow.y, flow.cells)
    levels = np.arange(np.ceil(flow.bed.min()), np.ceil(flow.bed.max()))
    widths = [1.6 if level == 0 else 0.6 for level in levels]
    axes.tricontour(mesh, flow.bed_at_corners, levels=levels, colors=INK, linewidths=widths, linestyles="solid")


def draw_water_surface(flow: Flow, target: Path, y: float, min_depth: float = MIN_DEPTH) -> None:
    """Draw the water surface along x at one y: over time, and as profiles over the bed."""
    x, bed, stage = along(flow, y)
    wet = np.ma.masked_where(stage - bed < min_depth, stage)
    figure = Figure(figsize=(8.0, 6.4), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[1.35, 1.0])
    reach = float(np.abs(wet.filled(0.0)).max(initial=0.1))
    upper.set_facecolor(SAND)
    shown = upper.pcolormesh(x, flow.time, wet, cmap="RdBu_r", vmin=-reach, vmax=reach, rasterized=True)
    figure.colorbar(shown, ax=upper, label="water surface (m)", pad=0.01, aspect=24)
    title(upper, f"Water surface over time at y = {y:.0f} m")
    upper.set(ylabel="time (s)")
    upper.annotate("dry land", (0.985, 0.03), xycoords="axes fraction", ha="right", color="#6b5a35")
    draw_profiles(lower, flow.time, x, bed, wet)
    figure.savefig(target, dpi=150)


def draw_profiles(axes: Axes, time: Floats, x: Floats, bed: Floats, wet: np.ma.MaskedArray) -> None:
    """Draw the surface at five times, spread evenly up to the one of the greatest run-up, over the bed."""
    inland = np.where(wet.mask, x.min(), x).max(axis=1)
    peak = int(inland.argmax())
    colours = mpl.colormaps["viridis_r"](np.linspace(0.15, 1.0, 5))
    for step, colour in zip(np.linspace(0, peak, 6).astype(int)[1:], colours, strict=True):
        axes.plot(x, wet[step], color=colour, linewidth=1.5, label=f"{time[step]:.0f} s")
    floor = bed.min() - 0.5
    axes.fill_between(x, bed, floor, color=GROUND, linewidth=0)
    axes.axhline(0.0, color=INK, linewidth=0.6, linestyle=":")
    title(axes, "Profiles until the greatest run-up")
    axes.set(xlabel="x, from sea to land (m)", ylabel="level (m)")
    axes.set(xlim=(x.min(), x.max()), ylim=(floor, None))
    axes.legend(loc="lower right", ncols=5, columnspacing=1.0, handlelength=1.2)


def main(path: Path) -> None:
    """Draw both pictures beside a ``.sww`` file."""
    flow = read_sww(path)
    draw_depth_map(flow, path.with_name("depth_map.png"))
    draw_water_surface(flow, path.with_name("water_surface.png"), deepest_row(flow))
    error = volume_error(flow, read_inflow(path.with_name("Simulation_logfile.log")))
    sys.stdout.write(f"{measure_run_up(flow)}\nvolume error {error:.1e}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
