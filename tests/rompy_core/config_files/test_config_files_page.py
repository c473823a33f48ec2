"""The page on config files says what is so."""

import re
from pathlib import Path

from rompy_core.config_files import document_from_mapping
from rompy_core.config_files.filters import FILTERS
from rompy_core.config_files.include import MAX_CHAIN
from rompy_core.config_files.nodes import MAX_DEPTH, MAX_VALUES
from rompy_core.config_files.text_file import FORMATS, MAX_BYTES
from rompy_core.config_files.texts import meant

PAGE = (Path(__file__).parents[3] / "docs/reference/config-files.md").read_text()


def test_page_names_every_filter_suffix_and_limit() -> None:
    """With the figures of the code."""
    words = [*(f"`{name}" for name in FILTERS), *(f"`{suffix}`" for suffix in FORMATS), f"{MAX_CHAIN} in a row"]
    words += [f"{MAX_BYTES >> 20} MB", f"{MAX_VALUES:,} values", f"{MAX_DEPTH} levels"]
    assert [word for word in words if word not in PAGE] == []


def test_examples_of_the_page_are_expanded() -> None:
    """Each expression that has a filter, with the variables that it needs."""
    examples = dict(re.findall(r"^ *(run_id|start|end): (.*\$\{.*)$", PAGE, re.MULTILINE))
    assert document_from_mapping(examples, environ={"CYCLE": "2024010106"}).data == {
        "run_id": "swan-20240101T06",
        "start": "2024-01-01T03:00:00",
        "end": "2024-01-03T00:00:00",
    }


def test_overrides_of_the_page_are_applied() -> None:
    """All of the table, one after the other."""
    overrides = [option for option in re.findall(r"`-o '?([^`]*?)'?`", PAGE) if not re.search(r"value|\.\.\.", option)]
    assert len(overrides) == 7
    document = document_from_mapping({"steps": [{}], "config": {"config": {"vars": {"n": 2}}}}, overrides=overrides)
    assert meant(document.data) == {
        "backend": {"timeout": "3600", "env_vars": {"OMP_NUM_THREADS": "4"}},
        "steps": [{"name": "grid"}],
        "config": {"vars": {"a.b": "1"}, "config": {"vars": {"n": 4, "grid": {"nx": 4, "flag": False}}}},
    }
