"""Whether a run left behind what was expected of it, beside its exit code."""

from rompy_core.expectations.globs import matching
from rompy_core.expectations.judge import judge
from rompy_core.expectations.set_aside import set_aside
from rompy_core.expectations.settle import snapshot_before
from rompy_core.expectations.unmet import Unmet, explain

__all__ = ["Unmet", "explain", "judge", "matching", "set_aside", "snapshot_before"]
