"""The example's own plugin: the processor ``beach_map``. rompy finds this file because it lies beside pipeline.yml."""

import importlib.util
from pathlib import Path
from types import ModuleType

import attrs
from attrs.validators import gt, optional

from rompy_hooks import Backend, ProcessConfig, ProcessResult, hookimpl


@attrs.frozen(kw_only=True)
class BeachMapConfig(ProcessConfig):
    """The keys of ``postprocessor: {type: beach_map, ...}``."""

    #: Less water than this counts as dry (m).
    min_depth: float = attrs.field(default=0.05, validator=gt(0.0))
    #: Level of the sea at rest (m).
    still_water: float = 0.0
    #: Where to cut the beach for the picture of the surface over time (y in m); where the water came farthest
    #: inland unless given.
    transect: float | None = attrs.field(default=None, validator=optional(gt(0.0)))


@hookimpl
def backends() -> list[Backend]:
    """Offer the processor."""
    return [Backend(kind="process", name="beach_map", config=BeachMapConfig, summary="map and measure a run-up")]


@hookimpl
def process(config: BeachMapConfig, workspace_dir: Path) -> ProcessResult:
    """Draw ``depth_map.png`` and ``water_surface.png`` into the workspace, and measure the run-up."""
    sww = newest(workspace_dir, "OUTPUT/*/*.sww")
    if sww is None:
        return ProcessResult(success=False, message=f"no OUTPUT/*/*.sww in {workspace_dir}: did ANUGA run?")
    beach = load_beside("beach")
    flow = beach.read_sww(sww)
    depth_map, surface = workspace_dir / "depth_map.png", workspace_dir / "water_surface.png"
    beach.draw_depth_map(flow, depth_map, config.min_depth)
    cut = beach.deepest_row(flow, config.min_depth) if config.transect is None else config.transect
    beach.draw_water_surface(flow, surface, cut, config.min_depth)
    run_up = beach.measure_run_up(flow, config.still_water, config.min_depth)
    inflow = beach.read_inflow(sww.with_name("Simulation_logfile.log"))
    return ProcessResult(
        message=f"the water came {run_up.distance:.0f} m inland and {run_up.height:.2f} m up",
        output_dir=workspace_dir,
        outputs=[depth_map, surface],
        metrics={
            "run_up_height_m": round(run_up.height, 3),
            "run_up_distance_m": round(run_up.distance, 1),
            "flooded_area_m2": round(run_up.area),
            "greatest_depth_on_land_m": round(run_up.depth, 3),
            "volume_error": float(f"{beach.volume_error(flow, inflow):.2g}"),
        },
    )


def newest(folder: Path, glob: str) -> Path | None:
    """The file changed last: each run of ANUGA makes an output folder of its own, named after the time."""
    return max(folder.glob(glob), key=lambda path: path.stat().st_mtime_ns, default=None)


def load_beside(name: str) -> ModuleType:
    """Import a file that lies beside this one, when it is needed: it takes a second, and only a run needs it."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {name}.py beside {__file__}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
