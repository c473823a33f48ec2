"""What the tests of structuring share."""

from collections.abc import Callable
from typing import Any

import pytest

from rompy_core.structuring import structure
from rompy_hooks import ConfigError

Faults = Callable[..., list[str]]


@pytest.fixture
def faults() -> Faults:
    """The faults of data that does not fit, as people read them."""

    def found(kind: Any, data: Any, **options: Any) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            structure(kind, data, **options)
        return list(map(str, caught.value.faults))

    return found
