"""What the README promises: commands that are there, a plugin that works, code that is as short as it says."""

import re
from pathlib import Path
from typing import Any

import pluggy

from rompy_hooks import specs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def first_block(heading: str, text: str = README) -> str:
    """The first code block below a heading."""
    section = re.split(r"^## ", text.split(f"\n## {heading}\n", 1)[1], flags=re.MULTILINE)[0]
    found = re.search(r"^```\w+\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, f"no code block below {heading}"
    return found[1]


def plugin_from(code: str) -> Any:
    """The module that a block of code is, registered with the real specs."""
    names: dict[str, Any] = {"__name__": "plugin_of_the_readme"}
    exec(compile(code, "README.md", "exec"), names)
    manager = pluggy.PluginManager("rompy")
    manager.add_hookspecs(specs)
    plugin = type("Plugin", (), {name: staticmethod(value) for name, value in names.items() if callable(value)})
    manager.register(plugin)
    manager.check_pending()
    return plugin


def test_try_it_is_one_command_that_is_there() -> None:
    """The first block below the heading is one line, and names an executable."""
    assert first_block("Try it") == "./scripts/try\n"
    assert (ROOT / "scripts" / "try").stat().st_mode & 0o111


def test_run_the_tests_is_one_command_that_is_there() -> None:
    """As above."""
    assert first_block("Run the tests") == "./scripts/test\n"
    assert (ROOT / "scripts" / "test").stat().st_mode & 0o111


def test_plugin_of_the_readme_is_one_of_15_lines(tmp_path: Path) -> None:
    """It registers, offers its processor, and does what its name says."""
    code = first_block("A plugin")
    assert len(code.splitlines()) <= 15
    plugin = plugin_from(code)
    (offer,) = plugin.backends()
    (tmp_path / "a.nc").touch()
    assert (offer.kind, offer.name) == ("process", "count")
    assert plugin.process(offer.config(), tmp_path).metrics == {"files": 1}


def test_embedding_in_the_readme_takes_10_lines() -> None:
    """As it says."""
    code = first_block("In your own program")
    compile(code, "README.md", "exec")
    assert len(code.splitlines()) <= 10


def test_links_of_the_readme_lead_somewhere() -> None:
    """Every relative link and picture is a file of the repository."""
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_pictures_are_small() -> None:
    """They are downloaded with every clone."""
    assert {path.name: path.stat().st_size < 200_000 for path in (ROOT / "docs" / "images").iterdir()} == {
        "depth_map.png": True,
        "water_surface.png": True,
    }
