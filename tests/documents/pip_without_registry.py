"""``pip install FOLDER`` for pages: the metadata and modules of a pyproject.toml, without a build and a registry."""

import shutil
import sys
import tomllib
from pathlib import Path


def install(site: Path, folder: Path) -> None:
    """Put modules and metadata where Python finds them."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    shutil.copytree(folder, site, ignore=shutil.ignore_patterns("pyproject.toml"), dirs_exist_ok=True)
    name = project["name"].replace("-", "_")
    info = site / f"{name}-{project['version']}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    lines: list[str] = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))


if __name__ == "__main__":
    command, target = sys.argv[2:]
    if command != "install":
        sys.exit(f"not known here: pip {command}")
    install(Path(sys.argv[1]), Path(target))
