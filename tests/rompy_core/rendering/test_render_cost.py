"""What one small template costs: no import twice, no compilation twice."""

from pathlib import Path

from rompy_core.rendering import render_tree
from rompy_core.rendering.compiled import compiled


def test_a_template_is_compiled_once(tmp_path: Path) -> None:
    """Its text is what it is known by, so the second rendering finds it."""
    (tmp_path / "once").write_text("a text that no other test has: {{ x }}")
    for number in range(3):
        render_tree(tmp_path / "once", tmp_path / "out", {"x": number})
        if number == 0:
            before = compiled.cache_info()
    after = compiled.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (0, 2)
    assert (tmp_path / "out/once").read_text() == "a text that no other test has: 2"
