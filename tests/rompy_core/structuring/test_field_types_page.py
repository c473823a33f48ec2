"""The page on field types tells what the code does."""

import re
from pathlib import Path
from typing import Any

from rompy_core.structuring import FIELD_TYPES, check_config_class, structure
from rompy_core.structuring.describing import PLAIN_TYPES

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "field-types.md"


def test_page_lists_every_field_type_in_the_order_of_the_code() -> None:
    """A type that is added to the code is added to the page."""
    cells = re.findall(r"^\| (.+?) \| ", PAGE.read_text(), re.MULTILINE)
    assert tuple(cell.strip("`").replace(r"\|", "|") for cell in cells if cell != "type") == FIELD_TYPES


def test_list_of_field_types_names_every_plain_type() -> None:
    """The list in error messages and the table of types agree."""
    names = {"Any" if kind is Any else kind.__name__ for kind in PLAIN_TYPES}
    assert names <= set(FIELD_TYPES)


def test_example_of_the_page_is_a_config_class() -> None:
    """Who copies the example gets a class that works."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "example"}
    exec(code, names)
    check_config_class(names["QueueConfig"])
    assert structure(names["QueueConfig"], {"patience": "2H"}).patience == 7200
