"""The manifest of an attempt."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_core.workspace import Entry, checksum, read_manifest, write_manifest
from rompy_core.workspace.manifest import MANIFEST

names = st.binary(min_size=1, max_size=20).map(os.fsdecode)
numbers = st.integers(0, 2**63)
befores = st.none() | st.tuples(numbers, numbers, numbers)
entries = st.lists(st.builds(Entry, names, numbers, numbers, numbers, befores))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries)
def test_manifest_round_trips(tmp_path: Path, listed: list[Entry]) -> None:
    """Any name that a file can have comes back."""
    (tmp_path / MANIFEST).unlink(missing_ok=True)
    write_manifest(tmp_path, listed)
    assert read_manifest(tmp_path) == tuple(listed)
    assert (tmp_path / MANIFEST).exists() == bool(listed)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"outputs": [{"path": "a"}]}', '{"outputs": [{"was": [1]}]}', '{"outputs": 3}', '{"outputs": [{'],
)
def test_read_manifest_of_garbage_is_nothing(tmp_path: Path, content: str) -> None:
    """A manifest that somebody edited ends no postprocessing."""
    (tmp_path / MANIFEST).write_text(content)
    assert read_manifest(tmp_path) == ()


def test_checksum_is_sha256(tmp_path: Path) -> None:
    """The same as any other tool gives."""
    data = bytes(range(256)) * 5000
    (tmp_path / "a.nc").write_bytes(data)
    assert checksum(tmp_path / "a.nc") == hashlib.sha256(data).hexdigest()
